package dev.weft.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code .ci/nightly} over a {@code weft} that only says what it was asked. */
class NightlyTest {

  private static final Path SCRIPT =
      Path.of(System.getProperty("weft.root", ".."), ".ci", "nightly");

  private static final String STAND_IN =
      """
      #!/usr/bin/env bash
      echo "$*" >> asked
      echo "  speed:   so fast"
      echo "last line of $1"
      [ ! -e "broken-$1" ]
      """;

  @TempDir private Path root;

  @BeforeEach
  void standIn() throws IOException {
    Files.createDirectory(root.resolve(".ci"));
    Files.copy(SCRIPT, root.resolve(".ci/nightly"));
    Files.writeString(root.resolve("weft"), STAND_IN);
    assertTrue(root.resolve("weft").toFile().setExecutable(true));
  }

  private int nightly(String... arguments) throws Exception {
    var builder = new ProcessBuilder("bash", ".ci/nightly").directory(root.toFile());
    builder.command().addAll(List.of(arguments));
    builder.environment().put("NIGHTLY_SEED", "7");
    builder.environment().put("NIGHTLY_REGIONS", "2h");
    builder.redirectErrorStream(true).redirectOutput(root.resolve("said").toFile());
    return builder.start().waitFor();
  }

  private List<String> asked() throws IOException {
    return Files.readAllLines(root.resolve("asked"), UTF_8);
  }

  @Test
  void allPartsAreRunAndSummedUpWithTheirSpeed() throws Exception {
    assertEquals(0, nightly("night"));

    assertEquals("test --long", asked().getFirst());
    assertEquals("sim run --scenario regions --seed 7 --for 2h", asked().getLast());
    var summary = Files.readAllLines(root.resolve("night/summary.txt"), UTF_8);
    assertEquals(asked().size(), summary.size());
    assertTrue(
        summary.stream().allMatch(line -> line.matches("passed  \\w+ +\\d+ s .*speed:   so fast")),
        summary::toString);
  }

  @Test
  void aPartThatFailsIsToldAndNoneIsLeftOut() throws Exception {
    Files.createFile(root.resolve("broken-test"));

    assertEquals(1, nightly("night"));
    var summary = Files.readAllLines(root.resolve("night/summary.txt"), UTF_8);
    assertTrue(summary.getFirst().startsWith("FAILED  tests "), summary::toString);
    assertEquals(asked().size(), summary.size());
    assertTrue(asked().size() > 5, () -> summary.toString());
  }

  @Test
  void startedAgainItRunsOnlyWhatHasNotPassed() throws Exception {
    Files.createFile(root.resolve("broken-torture"));
    assertEquals(1, nightly("night"));
    var before = asked().size();
    Files.delete(root.resolve("broken-torture"));

    assertEquals(0, nightly("night"));
    var again = asked().subList(before, asked().size());
    assertTrue(again.stream().allMatch(line -> line.startsWith("torture ")), again::toString);
    assertEquals(2, again.size());
    assertEquals(before, Files.readAllLines(root.resolve("night/summary.txt"), UTF_8).size());
  }

  @Test
  void aNightOfAnotherCommitIsNotGoneOnWith() throws Exception {
    assertEquals(0, nightly("night"));
    Files.writeString(root.resolve("night/commit"), "other");
    assertEquals(2, nightly("night"));
    assertTrue(Files.readString(root.resolve("said")).contains("a night of commit 'other'"));
  }

  @Test
  void aFolderIsOfWhereverItIsStarted() throws Exception {
    var elsewhere = Files.createDirectory(root.resolve("elsewhere"));
    var builder = new ProcessBuilder("bash", "../.ci/nightly", "night");
    builder.directory(elsewhere.toFile()).redirectErrorStream(true);
    builder.redirectOutput(root.resolve("said").toFile());
    assertEquals(0, builder.start().waitFor());
    assertTrue(Files.isRegularFile(elsewhere.resolve("night/summary.txt")));
  }

  @Test
  void wrongUseIsTold() throws Exception {
    assertEquals(2, nightly("--fast"));
    assertEquals(2, nightly("one", "two"));
    assertEquals("usage: .ci/nightly [FOLDER]\n", Files.readString(root.resolve("said")));
  }
}
