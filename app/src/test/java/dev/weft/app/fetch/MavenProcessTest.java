package dev.weft.app.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Scripts stand in for Maven. */
@DisabledOnOs(OS.WINDOWS)
class MavenProcessTest {

  private static final MavenSource.Jar JAR = new MavenSource.Jar("org.example", "models", "1.0");

  @TempDir private Path folder;

  @Test
  void asksForAllJarsInOneProject() throws IOException {
    var maven = script("cp \"$2\" '%s'; echo \"$3\" > '%s'".formatted(at("seen"), at("goal")));

    copy(maven, new ArrayList<>());

    assertEquals(
        "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
        Files.readString(at("goal")).strip());
    var project = Files.readString(at("seen"));
    assertTrue(
        project.contains(
            "<groupId>org.example</groupId><artifactId>models</artifactId><version>1.0</version>"),
        project);
    assertTrue(project.contains("<destFileName>0.jar</destFileName>"), project);
  }

  @Test
  void tellsHowFarADownloadIs() throws IOException {
    var maven =
        script(
            "printf 'Downloading from central: https://example.org/a/models-1.0.jar\\n';"
                + " printf 'Progress (1): 10/40 MB\\rProgress (1): models-1.0.jar (20/40 MB)\\r';"
                + " printf 'Downloaded from central: x\\n'");
    var seen = new ArrayList<String>();

    copy(maven, seen);

    assertEquals(
        List.of(
            "0.00 models-1.0.jar", "0.25 models-1.0.jar 10/40 MB", "0.50 models-1.0.jar 20/40 MB"),
        seen);
  }

  @Test
  void tellsMavensOwnReason() throws IOException {
    var maven =
        script(
            "echo '[INFO] Scanning'; echo '[ERROR] Failed to execute goal a:b:1:copy (default-cli)"
                + " on project fetch: Could not find artifact x:y:jar:1 in central -> [Help 1]';"
                + " exit 1");

    var problem = assertThrows(FetchException.class, () -> copy(maven, new ArrayList<>()));

    assertEquals(
        "Maven failed: Could not find artifact x:y:jar:1 in central", problem.getMessage());
  }

  @Test
  void namesAMavenThatCannotBeStarted() {
    var problem =
        assertThrows(
            FetchException.class, () -> copy(new MavenProcess("no-such-mvn"), new ArrayList<>()));

    assertTrue(
        String.valueOf(problem.getMessage()).startsWith("cannot start 'no-such-mvn': "),
        problem.getMessage());
  }

  private void copy(MavenProcess maven, List<String> seen) {
    maven.copy(
        Map.of(JAR, at("0.jar")),
        folder,
        (share, text) -> seen.add(String.format(java.util.Locale.ROOT, "%.2f %s", share, text)));
  }

  private MavenProcess script(String body) throws IOException {
    var script = Files.writeString(at("mvn"), "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return new MavenProcess(script.toString());
  }

  private Path at(String name) {
    return folder.resolve(name);
  }
}
