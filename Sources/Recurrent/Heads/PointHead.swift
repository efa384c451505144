/// One number a step: anchor + raw.
struct PointHead: ForecastHead {
  let loss: PointLoss
  let outputs = 1
  let kinds = [OutputKind.location]

  func loss<S: Scalar>(
    raw: UnsafePointer<S>, anchor: UnsafePointer<S>, targets: UnsafePointer<S>, steps: Int,
    gradient: UnsafeMutablePointer<S>, anchorGradient: UnsafeMutablePointer<S>
  ) -> LossSum {
    var total = LossSum()
    for step in 0..<steps {
      guard !targets[step].isNaN else {
        gradient[step] = 0
        anchorGradient[step] = 0
        continue
      }
      let (value, slope) = loss.value(anchor[step] + raw[step] - targets[step])
      total.sum += Double(value)
      total.count += 1
      gradient[step] = slope
      anchorGradient[step] = slope
    }
    return total
  }

  func decode<S: Scalar>(_ raw: UnsafePointer<S>) -> [Double] { [Double(raw[0])] }
}
