package dev.weft.app.demo;

import dev.weft.app.demo.Visit.Clip;
import dev.weft.app.demo.Visit.Picture;
import dev.weft.app.demo.Visit.Sentence;
import dev.weft.app.demo.Visit.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the kiosk's inputs: one visit per sentence, with its pictures and clips in turn. */
final class VisitFiles {

  private VisitFiles() {}

  /**
   * @param inputs the example's folder of inputs
   * @throws IOException naming the file that is missing or not as expected
   */
  static List<Visit> read(Path inputs) throws IOException {
    var pictures = pictures(inputs.resolve("images"));
    var clips = clips(inputs.resolve("audio"));
    var sentences = sentences(inputs);
    var visits = new ArrayList<Visit>();
    for (var i = 0; i < sentences.size(); i++) {
      visits.add(
          new Visit(
              i + 1,
              pictures.get(i % pictures.size()),
              clips.get(i % clips.size()),
              sentences.get(i)));
    }
    return List.copyOf(visits);
  }

  private static List<Picture> pictures(Path folder) throws IOException {
    var pictures = new ArrayList<Picture>();
    for (var columns : table(folder.resolve("expected.txt"), 2)) {
      var lines = List.of(columns.get(1).split(" \\| ", -1));
      pictures.add(new Picture(existing(folder.resolve(columns.get(0))), lines));
    }
    return pictures;
  }

  private static List<Clip> clips(Path folder) throws IOException {
    var clips = new ArrayList<Clip>();
    for (var columns : table(folder.resolve("expected.txt"), 3)) {
      var spans =
          Stream.of(columns.get(2).split(", *", -1)).map(Span::parse).flatMap(Optional::stream);
      clips.add(new Clip(existing(folder.resolve(columns.get(0))), spans.toList()));
    }
    return clips;
  }

  private static List<Sentence> sentences(Path inputs) throws IOException {
    var texts = Files.readAllLines(inputs.resolve("sentences.txt"));
    var intents = Files.readAllLines(inputs.resolve("sentences-expected.txt"));
    if (texts.isEmpty() || texts.size() != intents.size()) {
      throw new IOException(
          "%s: %d sentences and %d intents (expected: as many of each, at least 1)"
              .formatted(inputs, texts.size(), intents.size()));
    }
    var sentences = new ArrayList<Sentence>();
    for (var i = 0; i < texts.size(); i++) {
      sentences.add(new Sentence(texts.get(i), intents.get(i).strip()));
    }
    return sentences;
  }

  /** Lines of tab-separated columns; missing ones at the end are empty. */
  private static List<List<String>> table(Path file, int columns) throws IOException {
    var rows = new ArrayList<List<String>>();
    for (var line : Files.readAllLines(file)) {
      if (!line.isBlank()) {
        var cells = new ArrayList<>(List.of(line.split("\t", -1)));
        while (cells.size() < columns) {
          cells.add("");
        }
        rows.add(cells);
      }
    }
    if (rows.isEmpty()) {
      throw new IOException(file + ": empty (expected: at least one line)");
    }
    return rows;
  }

  private static Path existing(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": missing (expected: a file)");
    }
    return file;
  }
}
