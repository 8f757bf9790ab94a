package dev.weft.app.drift;

import dev.weft.app.failure.WrongUse;
import dev.weft.stages.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is true of frames, as a person or a better model says. Read from a file of lines {@code
 * session,number,label} below a line with these three words; the label is the rest of its line.
 */
final class Labels {

  static final String HEAD = "session,number,label";
  static final int LINES_MAX = 1_000_000;
  private static final int FIELDS = 3;

  private final Path file;
  private final Map<Frame, Label> byFrame;

  private Labels(Path file, Map<Frame, Label> byFrame) {
    this.file = file;
    this.byFrame = byFrame;
  }

  /** A frame as a label names it. */
  record Frame(String session, long number) {}

  /**
   * What is true of a frame.
   *
   * @param line of the file, from 1
   */
  record Label(String text, int line) {}

  /**
   * Reads a file.
   *
   * @throws WrongUse naming file, line and field, if it is not as described
   */
  static Labels read(Path file) {
    var byFrame = new HashMap<Frame, Label>();
    try (var reader = Files.newBufferedReader(file)) {
      var head = reader.readLine();
      if (!HEAD.equals(head == null ? "" : head.strip())) {
        throw wrong(file, 1, "'%s' (expected: %s)".formatted(head == null ? "" : head, HEAD));
      }
      var number = 1;
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (number > LINES_MAX + 1) {
          throw wrong(file, number, "too long (expected: <= %d labels)".formatted(LINES_MAX));
        }
        if (!line.isBlank()) {
          add(file, number, line, byFrame);
        }
      }
    } catch (CharacterCodingException e) {
      throw new WrongUse("%s: not UTF-8 (expected: text)".formatted(file));
    } catch (IOException e) {
      throw new WrongUse("%s: %s (expected: a readable file of labels)".formatted(file, e));
    }
    if (byFrame.isEmpty()) {
      throw new WrongUse("%s: no labels (expected: lines of %s)".formatted(file, HEAD));
    }
    return new Labels(file, byFrame);
  }

  Optional<Label> of(Frame frame) {
    return Optional.ofNullable(byFrame.get(frame));
  }

  /**
   * What {@link AnswerText} would write if {@code answer}, or another in its place, were as the
   * label says.
   *
   * @throws WrongUse naming file and line, if no such answer could be
   */
  String truth(Label label, Tensor answer) {
    return AnswerText.label(label.text(), answer)
        .orElseThrow(
            () ->
                wrong(
                    file,
                    label.line(),
                    "label: '%s' (expected: %s)"
                        .formatted(label.text(), AnswerText.expected(answer))));
  }

  /** Labels of other frames than those {@code met}; empty if there are none. */
  Optional<DriftEstimate.UnmetLabels> unmet(Set<Frame> met) {
    var others = byFrame.entrySet().stream().filter(each -> !met.contains(each.getKey())).toList();
    return others.stream()
        .min(Comparator.comparingInt(each -> each.getValue().line()))
        .map(
            first ->
                new DriftEstimate.UnmetLabels(
                    others.size(), place(first.getKey(), first.getValue())));
  }

  private String place(Frame frame, Label label) {
    return "%s:%d: number %d of session '%s'"
        .formatted(file, label.line(), frame.number(), frame.session());
  }

  int size() {
    return byFrame.size();
  }

  private static void add(Path file, int number, String line, Map<Frame, Label> byFrame) {
    var fields = line.split(",", FIELDS);
    if (fields.length < FIELDS) {
      throw wrong(file, number, "'%s' (expected: %s)".formatted(line, HEAD));
    }
    var label = fields[2].strip();
    if (label.isEmpty()) {
      throw wrong(
          file,
          number,
          "label: '' (expected: the answer's text, or for scores the position of the largest)");
    }
    var frame = new Frame(fields[0].strip(), frameNumber(file, number, fields[1].strip()));
    if (byFrame.putIfAbsent(frame, new Label(label, number)) != null) {
      throw wrong(
          file,
          number,
          "number: %d of session '%s' again (expected: one label per frame)"
              .formatted(frame.number(), frame.session()));
    }
  }

  private static long frameNumber(Path file, int line, String text) {
    try {
      var number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, as a negative number is.
    }
    throw wrong(file, line, "number: '%s' (expected: a whole number >= 0)".formatted(text));
  }

  private static WrongUse wrong(Path file, int line, String what) {
    return new WrongUse("%s:%d: %s".formatted(file, line, what));
  }
}
