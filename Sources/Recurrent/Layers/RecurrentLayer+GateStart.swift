import Glibc

extension RecurrentLayer {
  /// Starts the gates for a lag that is to be bridged ("chrono initialisation", Tallec & Ollivier 2018, "Can recurrent
  /// neural networks warp time?").
  ///
  /// A gate with bias b keeps σ(b) of the past at each step, so its memory lasts about 1 + exp(b) steps. b = log u with u
  /// uniform in (1, lag − 1) spreads these times evenly up to the lag; a cell's own start keeps them near one step, from
  /// where a gradient over a hundred steps is as good as none. The LSTM's input gate starts as far closed, so that the
  /// noise of so many steps does not fill the memory. The 1997 cell forgets nothing and has the input gate alone: its
  /// paper starts the units' gates from nearly open to closed (−1, −3, −5), here b is uniform in (−log lag, 0). Other
  /// cells have no such gates and stay as they are.
  /// - Parameter lag: in steps, 3 or more.
  func openGates<S: Scalar>(of kind: CellKind, until lag: Int, _ values: inout [S], _ generator: inout RandomGenerator)
  {
    // Blocks of H biases: i f g o, r z n, and i g o.
    for unit in bias.offset..<bias.offset + hidden {
      let random = generator.uniform()
      let open = log(1 + random * Double(lag - 2))
      switch kind {
      case .lstm:
        values[unit] = S(-open)
        values[unit + hidden] = S(open)
      case .gru:
        values[unit + hidden] = S(open)
      case .lstm1997:
        values[unit] = S(-random * log(Double(lag)))
      case .rnn, .slstm:
        break
      }
    }
  }
}
