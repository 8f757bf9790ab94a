package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file with one YAML document that is no manifest, read by the rules and with the messages of
 * manifests.
 *
 * @param root with what could be read
 * @param findings with what could not; who looks further into values adds to them
 */
public record DocumentFile(YamlObject root, Findings findings) {

  /**
   * Reads a file of one document.
   *
   * @throws ManifestException if it is not there, no text, no YAML, or not one document
   */
  public static DocumentFile read(Path file, ObjectType type) {
    var problems = new ArrayList<Problem>();
    var text = TextFile.read(file, "a file with a YAML document", problems::add);
    if (text.isEmpty()) {
      throw new ManifestException(problems);
    }
    var documents = YamlDocuments.parse(file, text.get());
    if (documents.size() != 1) {
      var value = "%d documents".formatted(documents.size());
      throw new ManifestException(List.of(new Problem(file, 0, 0, "", value, "one")));
    }
    var document = documents.getFirst();
    if (document.root().isEmpty()) {
      throw new ManifestException(document.findings().errors());
    }
    var root = new YamlReader(document).object(document.root().get(), type, "");
    return new DocumentFile(root, document.findings());
  }

  /**
   * Requires that nothing is wrong.
   *
   * @throws ManifestException with everything that is
   */
  public void requireSound() {
    if (!findings.errors().isEmpty()) {
      throw new ManifestException(findings.errors());
    }
  }
}
