import Charts
import Files
import Pipelines

/// A chart as a script, with the pictures of it beside it under the same name.
package struct ChartFile: Sendable {
  /// The script.
  package var path: FilePath
  /// The pictures that are made of it.
  package var render: [PictureFormat]
  /// The colours that it is drawn in.
  package var theme: Theme

  /// A script at a path.
  package init(path: FilePath, render: [PictureFormat], theme: Theme) {
    (self.path, self.render, self.theme) = (path, render, theme)
  }

  /// What stands in the way of a script at the path; nil for nothing.
  package var fault: String? {
    [".gp", ".gnuplot", ".plt"].contains { path.text.hasSuffix($0) }
      ? nil : "wants a gnuplot script such as plots/\(path.name).gp, not \"\(path.text)\""
  }

  /// All files.
  package var outputs: [FilePath] { [path] + render.map(picture) }

  /// Writes the script and has its pictures drawn; where gnuplot cannot, the script alone is written.
  ///
  /// - Returns: why there are no pictures; nil where there are.
  package func write(_ chart: any Chart, to files: any OutputFiles, _ context: StageContext) throws(Failure) -> String?
  {
    var drawn = chart.script
    drawn.theme = theme
    let script = try files.stage(path)
    for format in render { _ = try files.stage(picture(format)) }
    do throws(ChartError) { try drawn.write(to: script, pictures: path.stem) } catch {
      throw Failure(.cannotWrite, "\(error)")
    }
    guard !render.isEmpty else { return nil }
    let time = ProgramTime(usual: .seconds(60), until: context.deadline)
    do throws(ChartError) {
      let gnuplot = try Gnuplot(searching: context.searchPath, environment: context.environment)
      _ = try gnuplot.render(
        script, pictures: path.stem, title: drawn.title, into: FilePath(script).parent.text, formats: render,
        within: (time.duration / .milliseconds(100)).rounded(.up) / 10, interruption: context.interruption)
      return nil
    } catch {
      // The forecast matters more than its pictures, and the script draws them at any time.
      for format in render { files.withdraw(picture(format)) }
      let kept = render.map { picture($0).text }.joined(separator: ", ")
      return "the chart \(path.text) has no new pictures: \(error); what stood at \(kept) before stays"
    }
  }

  private func picture(_ format: PictureFormat) -> FilePath {
    FilePath(path.text.dropLast(path.name.count) + path.stem + "." + format.rawValue)
  }
}
