package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft trace} and {@code weft replay} on frames that {@code weft run} recorded. */
class TraceIT {

  @TempDir private Path folder;
  private String pipeline = "";
  private String trace = "";

  @BeforeEach
  void record() throws IOException {
    pipeline = Manifests.pipeline(Files.createDirectory(folder.resolve("m"))).toString();
    trace = recorded("frames.trace");
  }

  private String recorded(String name, String... more) throws IOException {
    var file = folder.resolve(name).toString();
    var input = Manifests.input(folder).toString();
    var args =
        new java.util.ArrayList<>(
            List.of("run", pipeline, "--input", "x=" + input, "--repeat", "50", "--trace", file));
    args.addAll(List.of(more));
    var ended = weft(args.toArray(String[]::new));
    assertEquals(0, ended.code(), ended.err());
    return file;
  }

  @Test
  void aRecordedRunIsWholeAndRepeatsByteForByte() {
    var verified = weft("trace", "verify", trace);
    assertEquals(0, verified.code(), verified.err());
    assertTrue(verified.out().contains("50 frames (50 can be replayed), 0 lost"), verified.out());

    var replayed = weft("replay", trace, "--json");
    assertEquals(0, replayed.code(), replayed.err());
    var object = Json.readObject(replayed.out());
    assertEquals(true, object.get("exact"), replayed.out());
    assertEquals(50L, object.get("replayed"));
    assertEquals(List.of(), object.get("fingerprintDifferences"));
    assertTrue(weft("replay", trace).out().contains("every byte is as recorded"));
  }

  @Test
  void aFlippedBitIsNamedWithItsPlace() throws IOException {
    var bytes = Files.readAllBytes(Path.of(trace));
    bytes[bytes.length / 2] ^= 4;
    Files.write(Path.of(trace), bytes);

    var ended = weft("trace", "verify", trace);
    assertEquals(1, ended.code());
    assertTrue(
        ended.out().matches("(?s).*NOT whole.*frames.trace: record \\d+ at byte \\d+: .*"),
        ended.out());
    var verified = Json.readObject(weft("trace", "verify", trace, "--json").out());
    assertTrue(
        verified.get("findings") instanceof List<?> found && found.size() == 1, verified + "");

    // What stands before it is replayed, and the damage told.
    var replayed = weft("replay", trace);
    assertEquals(1, replayed.code(), replayed.out());
    assertTrue(
        replayed.out().matches("(?s).*damaged  at 1 place, the first .*frames.trace: record .*"),
        replayed.out());
    assertTrue(replayed.out().contains("what can be read is as recorded"), replayed.out());

    // Nothing that would pass for whole is made of it.
    var copy = folder.resolve("copy.trace");
    var exported = weft("trace", "export", trace, copy.toString());
    assertEquals(1, exported.code(), exported.out());
    assertFalse(Files.exists(copy));
  }

  @Test
  void aFileThatWasCutOffCanBeReadToItsLastWholeRecord() throws IOException {
    var bytes = Files.readAllBytes(Path.of(trace));
    Files.write(Path.of(trace), java.util.Arrays.copyOf(bytes, bytes.length - 300));
    var shown = weft("trace", "show", trace, "--limit", "1000");
    assertEquals(0, shown.code(), shown.err());
    assertTrue(shown.lines().stream().filter(line -> line.contains("COMPLETED")).count() > 40);
    assertTrue(shown.lines().getLast().startsWith("damage: "), shown.lines().getLast());
    assertEquals(1, weft("trace", "verify", trace).code());
    assertEquals(1, weft("trace", "diff", trace, trace).code());
    assertEquals(1, weft("trace", "import", trace).code());
  }

  @Test
  void whatIsAskedForAndNotThereIsSaid() {
    var limit = weft("trace", "show", trace, "--limit", "-3");
    assertEquals(2, limit.code());
    assertTrue(limit.err().contains("--limit: -3 (expected: >= 1)"), limit.err());
    var frame = weft("trace", "show", trace, "--frame", "9999");
    assertEquals(2, frame.code());
    assertTrue(frame.err().contains("--frame: 9999 (expected: "), frame.err());
    var copy = folder.resolve("none.trace");
    var exported = weft("trace", "export", trace, copy.toString(), "--session", "nobody");
    assertEquals(2, exported.code());
    assertTrue(exported.err().contains("session: 'nobody' (expected: "), exported.err());
    assertFalse(Files.exists(copy));
    var there = weft("trace", "export", trace, trace);
    assertEquals(1, there.code());
    assertTrue(there.err().contains(trace + ": there already (expected: a new file)"), there.err());
  }

  @Test
  void aRunTellsHowManyFramesItRecordedAndWhyNotAll() throws IOException {
    var declared = Files.readString(Path.of(pipeline));
    Files.writeString(
        Path.of(pipeline),
        declared.replace(
            "maxInFlight: 8\n", "maxInFlight: 8\ntrace: {capture: inputs, sample: 10}\n"));
    var ended =
        weft(
            "run",
            pipeline,
            "--input",
            "x=" + Manifests.input(folder),
            "--repeat",
            "50",
            "--trace",
            folder.resolve("some.trace").toString());
    assertEquals(0, ended.code(), ended.err());
    var told =
        java.util.regex.Pattern.compile(
                "trace: (\\d+) frames? recorded, (\\d+) not: (\\d+) not sampled")
            .matcher(ended.err());
    assertTrue(told.find(), ended.err());
    assertEquals(50, Integer.parseInt(told.group(1)) + Integer.parseInt(told.group(2)));
    var verified = Json.readObject(weft("trace", "verify", folder + "/some.trace", "--json").out());
    assertEquals(Long.parseLong(told.group(1)), verified.get("frames"));
  }

  @Test
  void showsImportsExportsAndComparesFrames() throws IOException {
    var shown = weft("trace", "show", trace, "--limit", "1");
    assertTrue(shown.out().contains("COMPLETED"), shown.out());
    var whole = weft("trace", "show", trace, "--frame", "3", "--json");
    assertEquals(3L, Json.readObject(whole.out()).get("number"), whole.out());

    var copy = folder.resolve("copy.trace").toString();
    assertEquals(0, weft("trace", "export", trace, copy, "--pipeline", "twice").code());
    assertEquals(0, weft("trace", "diff", trace, copy).code());
    var imported = weft("trace", "import", copy, "--json");
    assertEquals(50L, Json.readObject(imported.out()).get("frames"), imported.err());
    assertTrue(weft("trace", "ls").out().contains("copy-"));

    var other = recorded("other.trace", "--gate", "again=off");
    var diff = weft("trace", "diff", trace, other);
    assertEquals(1, diff.code());
    assertTrue(
        diff.out().contains("step 'second': RAN_DECLARED, there SKIPPED_GATE_OFF"), diff.out());
    var redecided = Json.readObject(weft("replay", other, "--redecide", "--json").out());
    assertEquals(
        Map.of("second: SKIPPED_GATE_OFF, now RAN_DECLARED pass@one", 50L),
        redecided.get("changed"));
  }

  @Test
  void anotherVariantIsReplayedAndAWrongOneRefused() {
    var ended = weft("replay", trace, "--variant", "pass=two");
    assertEquals(0, ended.code(), ended.err());
    var refused = weft("replay", trace, "--variant", "pass=nine");
    assertEquals(2, refused.code());
    assertTrue(refused.err().contains("variant: 'nine' of stage 'pass'"), refused.err());
    assertEquals(2, weft("replay", "nowhere").code());
    assertEquals(2, weft("replay", trace, "--faithful", "--redecide").code());
  }

  private Cli.Ended weft(String... args) {
    return Cli.run(folder, args);
  }
}
