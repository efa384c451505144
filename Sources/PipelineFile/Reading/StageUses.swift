/// Where a file uses which stages: that shows what a plugin must be for, which nobody has asked.
struct StageUses {
  /// The names, in the order of the file; nil for an entry without one.
  private let names: [String?]
  private let known: StageRegistry

  /// The uses in a list of stages; `known` are those that need no plugin.
  init(_ stages: ConfigNode?, _ known: StageRegistry) {
    names = stages?.items?.map { $0["use"]?.text } ?? []
    self.known = known
  }

  /// The only role in which a plugin can stand where it does; one that is no stage of the list itself can only be a member
  /// of another, which wants forecasters.
  func role(ofPlugin name: String) -> StageRole {
    guard let position = names.firstIndex(of: name) else { return .forecaster }
    if position == 0 { return .source }
    let before = names[..<position].map { name in name.flatMap { known[$0]?.role } }
    guard let window = before.firstIndex(where: { $0.map { $0.rank >= StageRole.window.rank } ?? false }) else {
      return .transform
    }
    // Behind the window the first one forecasts, unless a stage of almanac's own does; the others publish.
    let others = names.compactMap { name in name.flatMap { known[$0]?.role } }
    return others.contains(.forecaster) || before[window...].contains(nil) ? .sink : .forecaster
  }
}
