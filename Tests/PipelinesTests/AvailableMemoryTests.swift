import Forecasting
import Testing

@testable import Processes

@Suite struct AvailableMemoryTests {
  static func system(_ files: [String: String]) -> SystemFiles { SystemFiles { files[$0] } }

  static let machine = [
    "/proc/meminfo": "MemTotal: 16000000 kB\nMemAvailable:    8000000 kB\nSwapFree: 1000 kB\n",
    "/proc/self/status": "Name:\talmanac\nVmSize:\t  100000 kB\nVmData:\t   20000 kB\n",
  ]

  static func found(_ files: [String: String], _ limits: ResourceLimits = .init()) -> AvailableMemory? {
    AvailableMemory(system: system(machine.merging(files) { _, new in new }), limits: limits)
  }

  @Test func `without limits it is what the machine has free`() {
    #expect(Self.found([:]) == AvailableMemory(bytes: 8_001_000 << 10, limit: .machine))
    #expect(AvailableMemory(system: Self.system([:]), limits: .init()) == nil)
  }

  @Test func `limits of the process leave what it has not taken`() {
    let space = ResourceLimits(addressSpace: 300_000 << 10)
    #expect(Self.found([:], space) == AvailableMemory(bytes: 200_000 << 10, limit: .addressSpace))
    let data = ResourceLimits(addressSpace: 300_000 << 10, data: 10_000 << 10)
    #expect(Self.found([:], data) == AvailableMemory(bytes: 0, limit: .data))
  }

  @Test func `the tightest control group counts, without files that can be read again`() {
    let files = [
      "/proc/self/cgroup": "0::/user.slice/run.scope\n",
      "/sys/fs/cgroup/user.slice/memory.max": "1000000\n", "/sys/fs/cgroup/user.slice/memory.current": "900000\n",
      "/sys/fs/cgroup/user.slice/memory.stat": "anon 1\ninactive_file 400000\n",
      "/sys/fs/cgroup/user.slice/run.scope/memory.max": "max\n",
      "/sys/fs/cgroup/user.slice/run.scope/memory.current": "800000\n",
    ]
    #expect(Self.found(files) == AvailableMemory(bytes: 500_000, limit: .controlGroup))
  }

  @Test func `control groups of the first version are read too, from within a container`() {
    let files = [
      "/proc/self/cgroup": "4:memory:/docker/abc\n0::/docker/abc\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "5000000\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "2000000\n",
      "/sys/fs/cgroup/memory/memory.stat": "total_inactive_file 500000\n",
    ]
    #expect(Self.found(files) == AvailableMemory(bytes: 3_500_000, limit: .controlGroup))
    let unlimited = files.merging(["/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"]) { $1 }
    #expect(Self.found(unlimited)?.limit == .machine)
  }

  @Test(arguments: ["", "max", "-1", "99999999999999999999", "MemAvailable: x kB", ":::", "4:memory:"])
  func `files that say something else set no limit`(text: String) {
    let files = [
      "/proc/meminfo": text, "/proc/self/status": text, "/proc/self/cgroup": text, "/sys/fs/cgroup/memory.max": text,
      "/sys/fs/cgroup/memory.current": text,
    ]
    #expect(AvailableMemory(system: Self.system(files), limits: .init(addressSpace: 1 << 30)) == nil)
  }

  @Test func `a budget refuses what is larger, with the fields that would help`() {
    let budget = MemoryBudget(bytes: 3 << 20, limit: "a test")
    #expect(throws: Never.self) { try budget.check(Double(3 << 20), for: "it", remedy: "lower x") }
    let error = #expect(throws: ForecastingError.self) { try budget.check(1e300, for: "it", remedy: "lower x") }
    #expect(
      error?.description
        == "it takes about 1073741825 GB of memory, and 3 MB are left by a test; lower x, or run with --ignore-memory")
  }
}
