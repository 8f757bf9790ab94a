package dev.weft.bench.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From a bench's output, one JSON object a line, to one SVG file per chart in it. */
public final class ChartFiles {

  private ChartFiles() {}

  /**
   * Draws all charts of {@code lines} into {@code folder}, which is made if it is not there.
   *
   * @return the files written
   * @throws IllegalArgumentException naming the line that is not as a bench writes it
   */
  public static List<Path> draw(List<String> lines, Path folder) throws IOException {
    Map<Chart, List<Series>> charts = new LinkedHashMap<>();
    for (var i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      try {
        var figure = JsonLine.read(lines.get(i));
        for (var series : series(figure)) {
          charts.computeIfAbsent(series.chart(), _ -> new ArrayList<>()).add(series);
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("line %d: %s".formatted(i + 1, e.getMessage()), e);
      }
    }
    Files.createDirectories(folder);
    var files = new ArrayList<Path>();
    for (var chart : charts.entrySet()) {
      var svg = new SvgChart(chart.getKey(), chart.getValue());
      files.add(Files.writeString(folder.resolve(chart.getKey().name() + ".svg"), svg.toString()));
    }
    return files;
  }

  private static List<Series> series(Map<?, ?> figure) {
    return figure.get("series") instanceof List<?> all
        ? all.stream().map(one -> SeriesJson.read((Map<?, ?>) one)).toList()
        : List.of();
  }
}
