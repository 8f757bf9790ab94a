package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every command does alike, and the small ones. */
class CommandLineIT {

  private static final List<String> COMMANDS =
      List.of(
          "demo", "bench", "run", "serve", "access", "ctl", "trace", "replay", "lint", "explain",
          "fetch", "db", "stages", "version");

  @TempDir private Path home;

  @Test
  void aMistypedCommandIsToldWithTheNearest() {
    var ended = Cli.run(home, "stage");

    assertEquals(2, ended.code());
    assertEquals("", ended.out());
    assertEquals(
        List.of("weft: unknown command 'stage'; did you mean 'stages'?", "see 'weft --help'"),
        ended.err().lines().toList());
  }

  @Test
  void aMistypedFlagIsToldWithTheNearest() {
    var ended = Cli.run(home, "version", "--jsn");

    assertEquals(2, ended.code());
    assertEquals(
        List.of(
            "weft: unknown option '--jsn'; did you mean '--json'?", "see 'weft version --help'"),
        ended.err().lines().toList());
  }

  @Test
  void noCommandIsWrongUse() {
    var ended = Cli.run(home);

    assertEquals(2, ended.code());
    assertTrue(ended.err().startsWith("weft: no command given\n"), ended.err());
  }

  @Test
  void everyCommandHasHelpWithItsExitCodes() {
    var help = Cli.run(home, "--help");
    assertEquals(0, help.code());
    for (var command : COMMANDS) {
      assertTrue(help.out().contains("\n  " + command + " "), help.out());
      var ended = Cli.run(home, command, "--help");
      assertEquals(0, ended.code(), command);
      assertTrue(ended.out().startsWith("Usage: weft " + command), ended.out());
      assertTrue(ended.out().contains("2     wrong use"), ended.out());
    }
  }

  @Test
  void versionTellsWhatRuns() {
    var facts = Json.readObject(Cli.run(home, "version", "--json").out());

    assertEquals("0.1.0-SNAPSHOT", facts.get("weft"));
    assertEquals("2.8.5", facts.get("akka"));
    assertEquals("1.28.0", facts.get("onnxruntime"));
    assertTrue(Cli.run(home, "version").out().contains("weft         0.1.0-SNAPSHOT\n"));
  }

  @Test
  void stagesListsEveryKindAndShowsOneInFull() {
    var all = Cli.run(home, "stages");
    var objects = Cli.run(home, "stages", "--json").lines().stream().map(Json::readObject).toList();

    assertEquals(0, all.code());
    assertFalse(objects.isEmpty());
    for (var object : objects) {
      assertTrue(all.out().contains(object.get("kind") + "\n"), all.out());
      assertTrue(all.out().contains(String.valueOf(object.get("summary"))), all.out());
    }
    var one = Cli.run(home, "stages", "image/resize").out();
    assertTrue(one.startsWith("image/resize\n"), one);
    assertTrue(one.contains("\noptions\n"), one);
  }

  @Test
  void anUnknownKindIsWrongUse() {
    var ended = Cli.run(home, "stages", "image/resiz");

    assertEquals(2, ended.code());
    assertTrue(ended.err().startsWith("weft: kind: 'image/resiz' (expected: one of "), ended.err());
  }

  @Test
  void anUnwritableCacheIsNamed() throws IOException {
    var folder = Files.createDirectory(home.resolve("m"));
    Files.writeString(
        folder.resolve("stage.yaml"),
        """
        apiVersion: weft/v1
        kind: Stage
        name: classify
        summary: Classifies.
        owner: tests@example.org
        uses: onnx
        abi:
          inputs: [{name: x, datatype: FP32, shape: [1]}]
          outputs: [{name: y, datatype: FP32, shape: [1]}]
        variants:
          - name: fp32
            artifact:
              file: model.onnx
              sha256: %s
              size: 7
              source: maven:org.example:models:1.0!/model.onnx
        """
            .formatted("0".repeat(64)));
    Files.createFile(home.resolve(".weft"));

    var ended = Cli.run(home, "fetch", folder.toString());

    assertEquals(1, ended.code());
    assertTrue(
        ended
            .err()
            .startsWith("weft: cannot write to folder '%s'".formatted(home.resolve(".weft/fetch"))),
        ended.err());
    assertTrue(ended.err().contains("(expected: a folder this user may write to)"), ended.err());
  }

  @Test
  void fetchingFromNowhereTellsThePath() {
    var ended = Cli.run(home, "fetch", home.resolve("gone.yaml").toString());

    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("gone.yaml: not there (expected: a manifest"), ended.err());
  }
}
