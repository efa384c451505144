import Glibc

/// A program to run in a process group of its own, with what it reads given beforehand and what it prints handed over as
/// it comes.
///
/// What it prints, the memory that it and its descendants take, and the time are bounded. When it has ended, by itself or
/// not, so have its descendants: those in its group, those that were seen beside it, and, where this process adopts
/// orphans, all others.
///
/// Its standard input is a file, on disk or in memory, and no pipe: a program that never reads cannot block the writer or
/// raise SIGPIPE.
package struct ChildProcess {
  /// The program's file.
  package var executable: String
  /// The arguments, the program's own name first.
  package var arguments: [String]
  /// All of its environment.
  package var environment: [String: String]
  /// The folder that it starts in.
  package var folder: String
  /// What it reads on standard input.
  package var input: Input
  /// How long it may take.
  package var timeout: Duration
  /// How long it may take to end when asked to, before it is killed.
  package var grace = Duration.seconds(1)
  /// How much it may print on each of its two outputs, in bytes.
  package var mostPrinted: Int
  /// How much memory it and its descendants may take, in bytes.
  package var mostMemory: Int

  package init(
    executable: String, arguments: [String], environment: [String: String], folder: String, input: Input,
    timeout: Duration, mostPrinted: Int = 1 << 20, mostMemory: Int = .max
  ) {
    (self.executable, self.arguments, self.environment) = (executable, arguments, environment)
    (self.folder, self.input, self.timeout) = (folder, input, timeout)
    // Some memory is left for the rest of the machine, which would come to a halt otherwise.
    (self.mostPrinted, self.mostMemory) = (mostPrinted, min(mostMemory, AvailableMemory.most / 4 * 3))
  }

  /// What a program reads.
  package enum Input: Sendable {
    /// A file.
    case file(String)
    /// These bytes.
    case bytes([UInt8])
  }

  /// How it ended.
  package enum Ending: Hashable {
    /// By itself, with an exit code.
    case exited(Int32)
    /// By a signal that was not ours.
    case signalled(Int32)
    /// Its time was over.
    case outOfTime
    /// Whoever takes its output wanted no more of it.
    case stopped
    /// It printed more than it may.
    case tooMuchOutput(bytes: Int)
    /// It took more memory than it may.
    case tooMuchMemory(bytes: Int)
  }

  /// Which of the two outputs.
  package enum Stream { case output, errors }

  /// Why it could not be started: the system's own word.
  package struct StartError: Error { package let reason: String }

  /// Runs the program until it has ended and nothing of its process group is left.
  ///
  /// - Parameter take: is given what is printed, piece by piece, both streams as they come; false ends the program.
  package func run(in groups: ProcessGroups, take: (Stream, Span<UInt8>) -> Bool) throws(StartError) -> Ending {
    var output = try Pipe()
    var errors = try Pipe()
    let memory = try input.memory()
    defer { if let memory { close(memory) } }
    var failure: Int32 = 0
    let started = groups.start {
      var leader: pid_t = 0
      failure = spawn(&leader, input: memory, output: output.writing, errors: errors.writing)
      return failure == 0 ? leader : nil
    }
    output.closeWriting()
    errors.closeWriting()
    guard let leader = started else {
      throw StartError(reason: failure == 0 ? "the command is being ended" : String(cString: strerror(failure)))
    }
    // Where memory runs out all the same, the system is to end this program before any other.
    offerToEnd(leader)
    var watch = Watch(
      leader: leader, deadline: .now + timeout, grace: grace, mostPrinted: mostPrinted, mostMemory: mostMemory)
    let wish = watch.drain(&output, &errors, take: take)
    var status: Int32 = 0
    // The leader is not yet collected, so its id still names this group and no other.
    kill(-leader, SIGKILL)
    // It may have gone into another group.
    kill(leader, SIGKILL)
    for process in watch.descendants where process.isAtWork { kill(process.id, SIGKILL) }
    groups.end(leader) {
      while waitpid(leader, &status, 0) < 0, errno == EINTR {}
    }
    if let wish { return wish }
    return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
  }

  private func offerToEnd(_ leader: pid_t) {
    let descriptor = open("/proc/\(leader)/oom_score_adj", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = Glibc.write(descriptor, "500", 3)
    close(descriptor)
  }

  private func spawn(_ leader: inout pid_t, input memory: Int32?, output: Int32, errors: Int32) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    switch input {
    case .file(let path): posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, path, O_RDONLY, 0)
    case .bytes: posix_spawn_file_actions_adddup2(&actions, memory ?? -1, STDIN_FILENO)
    }
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    // Where this C library cannot close the rest, each descriptor's own mark must do.
    _ = SpawnExtension.closeFrom?(&actions, STDERR_FILENO + 1)
    guard let changeFolder = SpawnExtension.changeFolder else { return ENOSYS }
    _ = changeFolder(&actions, folder)
    // Ignored and blocked signals would be inherited.
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    return withCStrings(arguments) { arguments in
      withCStrings(environment.map { "\($0.key)=\($0.value)" }.sorted()) { environment in
        posix_spawn(&leader, executable, &actions, &attributes, arguments, environment)
      }
    }
  }
}

/// What the C library has, though its headers show it to GNU programs only.
private enum SpawnExtension {
  typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>

  static let changeFolder = find("posix_spawn_file_actions_addchdir_np").map {
    unsafeBitCast($0, to: (@convention(c) (Actions, UnsafePointer<CChar>) -> Int32).self)
  }

  static let closeFrom = find("posix_spawn_file_actions_addclosefrom_np").map {
    unsafeBitCast($0, to: (@convention(c) (Actions, Int32) -> Int32).self)
  }

  static let makeMemory = find("memfd_create").map {
    unsafeBitCast($0, to: (@convention(c) (UnsafePointer<CChar>, UInt32) -> Int32).self)
  }

  private static func find(_ name: String) -> UnsafeMutableRawPointer? { dlsym(nil, name) }
}

extension ChildProcess.Input {
  /// A file in memory with the bytes, for a program to read from its beginning; nil for a file on disk.
  fileprivate func memory() throws(ChildProcess.StartError) -> Int32? {
    guard case .bytes(let bytes) = self else { return nil }
    // 1 closes it when another program begins.
    let descriptor = SpawnExtension.makeMemory?("input", 1) ?? -1
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      done += count
    }
    guard done == bytes.count, lseek(descriptor, 0, SEEK_SET) == 0 else {
      let reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
      throw .init(reason: reason)
    }
    return descriptor
  }
}

/// A pipe whose ends no program inherits unless it is handed to it.
private struct Pipe: ~Copyable {
  private(set) var reading: Int32
  private(set) var writing: Int32

  init() throws(ChildProcess.StartError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .init(reason: String(cString: strerror(errno))) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    if reading >= 0 { close(reading) }
    if writing >= 0 { close(writing) }
  }

  var isOpen: Bool { reading >= 0 }

  mutating func closeWriting() {
    close(writing)
    writing = -1
  }

  /// Reads what there is; false where the taker wants no more.
  mutating func read(into buffer: inout [UInt8], take: (Span<UInt8>) -> Bool) -> Bool {
    let count = Glibc.read(reading, &buffer, buffer.count)
    if count > 0 { return take(buffer.span.extracting(first: count)) }
    if count < 0, errno == EINTR || errno == EAGAIN { return true }
    close(reading)
    reading = -1
    return true
  }
}

/// Watches one program: takes what it prints, and ends its group when it must.
private struct Watch {
  let leader: pid_t
  let deadline: ContinuousClock.Instant
  let grace: Duration
  let mostPrinted: Int
  let mostMemory: Int
  /// The descendants that were seen; some may have ended since.
  private(set) var descendants: Set<ProcessTable.Identity> = []
  /// How often memory and descendants are looked at.
  private static let interval = Duration.milliseconds(200)
  /// How long a pipe that a child of the program holds open is still listened to once the program itself has ended.
  private static let afterglow = Duration.milliseconds(200)

  /// Returns when the program has ended; with the reason where it was ended from here.
  mutating func drain(
    _ output: inout Pipe, _ errors: inout Pipe, take: (ChildProcess.Stream, Span<UInt8>) -> Bool
  ) -> ChildProcess.Ending? {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var endedAt: ContinuousClock.Instant?
    var printed = (output: 0, errors: 0)
    let mostPrinted = mostPrinted
    // Counts what was printed; false where that is too much.
    func count(_ sum: inout Int, _ bytes: Span<UInt8>) -> Bool {
      sum += bytes.count
      return sum <= mostPrinted
    }
    var nextLook = ContinuousClock.now + Watch.interval / 4
    while true {
      var waiting = [
        pollfd(fd: output.reading, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errors.reading, events: Int16(POLLIN), revents: 0),
      ]
      // Closed ends are negative, and poll passes over them.
      let isOpen = output.isOpen || errors.isOpen
      let ready = poll(&waiting, 2, isOpen ? 20 : 1)
      if ready > 0 {
        let isTaken =
          (waiting[0].revents == 0
            || output.read(into: &buffer) { count(&printed.output, $0) && take(.output, $0) })
          && (waiting[1].revents == 0
            || errors.read(into: &buffer) { count(&printed.errors, $0) && take(.errors, $0) })
        if !isTaken {
          return end(max(printed.output, printed.errors) > mostPrinted ? .tooMuchOutput(bytes: mostPrinted) : .stopped)
        }
      }
      let now = ContinuousClock.now
      if endedAt == nil, now >= nextLook {
        if look() > mostMemory { return end(.tooMuchMemory(bytes: mostMemory)) }
        nextLook = .now + Watch.interval
      }
      if endedAt == nil, hasEnded { endedAt = now }
      if let endedAt, !isOpen || now - endedAt > Watch.afterglow { return nil }
      if endedAt == nil, now >= deadline { return end(.outOfTime) }
    }
  }

  /// Takes note of the program's descendants; gives the memory that all take together.
  private mutating func look() -> Int {
    let table = ProcessTable()
    let found = table.descendants(of: leader)
    descendants = descendants.intersection(table.entries.map(\.identity)).union(found.map(\.identity))
    return (found + [ProcessTable.Entry(leader)].compactMap { $0 }).memory(beyond: mostMemory)
  }

  /// Whether the program has ended; it stays there to be collected.
  private var hasEnded: Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(leader), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
  }

  /// Asks the group to end, and waits a little; what is left is killed by the caller.
  private mutating func end(_ reason: ChildProcess.Ending) -> ChildProcess.Ending {
    _ = look()
    // Where memory is the reason there is no time to lose.
    if case .tooMuchMemory = reason { return reason }
    kill(-leader, SIGTERM)
    kill(leader, SIGTERM)
    let last = ContinuousClock.now + grace
    while !hasEnded, ContinuousClock.now < last { poll(nil, 0, 5) }
    return reason
  }
}

/// Hands texts to C as a list that ends in a null pointer.
private func withCStrings<Result>(
  _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var copies: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
  copies.append(nil)
  defer { for copy in copies { free(copy) } }
  return copies.withUnsafeBufferPointer { list in
    guard let start = list.baseAddress else { preconditionFailure("a list with its null pointer is not empty") }
    return body(start)
  }
}
