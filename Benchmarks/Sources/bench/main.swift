import Recurrent
import SystemProducts

print("x")
