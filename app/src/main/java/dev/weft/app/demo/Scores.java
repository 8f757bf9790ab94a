package dev.weft.app.demo;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;

/**
 * How many of the inputs were made out right; each picture and clip counts once.
 *
 * @param characterError mean over the pictures, 0 to 1
 */
record Scores(
    long readRight,
    int pictures,
    double characterError,
    long heardRight,
    int clips,
    long understoodRight,
    int sentences) {

  static Scores of(List<Seen> shown) {
    var pictures = firstOfEach(shown, seen -> seen.visit().picture().file());
    var clips = firstOfEach(shown, seen -> seen.visit().clip().file());
    return new Scores(
        pictures.stream().filter(Seen::isReadRight).count(),
        pictures.size(),
        pictures.stream().mapToDouble(Seen::characterError).average().orElse(0),
        clips.stream().filter(Seen::isHeardRight).count(),
        clips.size(),
        shown.stream().filter(Seen::isUnderstoodRight).count(),
        shown.size());
  }

  private static List<Seen> firstOfEach(List<Seen> shown, Function<Seen, Path> file) {
    var first = new LinkedHashMap<Path, Seen>();
    shown.forEach(seen -> first.putIfAbsent(file.apply(seen), seen));
    return List.copyOf(first.values());
  }
}
