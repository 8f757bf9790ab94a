package dev.weft.fabric.reading;

import dev.weft.fabric.problem.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A file of YAML as text, of a bounded length. */
final class TextFile {

  private TextFile() {}

  /**
   * The text of a file.
   *
   * @param expected at this place, in words
   * @param problems told why there is none
   */
  static Optional<String> read(Path file, String expected, Consumer<Problem> problems) {
    if (!Files.isRegularFile(file)) {
      problems.accept(problem(file, "not there", expected));
      return Optional.empty();
    }
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(YamlDocuments.LENGTH_MAX + 1);
      if (bytes.length <= YamlDocuments.LENGTH_MAX) {
        var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        return Optional.of(text.toString());
      }
      var most = "at most %d bytes".formatted(YamlDocuments.LENGTH_MAX);
      problems.accept(problem(file, "more bytes", most));
    } catch (CharacterCodingException e) {
      problems.accept(problem(file, "bytes that are no text", "UTF-8"));
    } catch (IOException e) {
      problems.accept(problem(file, e.toString(), "a readable file"));
    }
    return Optional.empty();
  }

  private static Problem problem(Path file, String value, String expected) {
    return new Problem(file, 0, 0, "", value, expected);
  }
}
