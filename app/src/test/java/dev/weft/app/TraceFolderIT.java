package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code weft trace} and {@code weft replay} on an edge buffer that {@code weft run} recorded to.
 */
class TraceFolderIT {

  private static final int FRAMES = 300;

  @TempDir private Path folder;
  private String pipeline = "";
  private String buffer = "";

  @BeforeEach
  void record() throws IOException {
    pipeline = Manifests.pipeline(Files.createDirectory(folder.resolve("m"))).toString();
    buffer = folder.resolve("buffer").toString();
    run("--attribute", "session=a");
  }

  private void run(String... more) throws IOException {
    var args =
        new ArrayList<>(
            List.of("run", pipeline, "--input", "x=" + Manifests.input(folder), "--repeat"));
    args.addAll(List.of(String.valueOf(FRAMES), "--trace-folder", buffer));
    args.addAll(List.of(more));
    var ended = weft(args.toArray(String[]::new));
    assertEquals(0, ended.code(), ended.err());
  }

  @Test
  void nothingIsRecordedInClearBesideWhatIsEncrypted() throws IOException {
    var sealed = Files.createDirectory(folder.resolve("sealed"));
    Files.writeString(sealed.resolve("keys"), "of its sessions");
    var ended =
        weft(
            "run",
            pipeline,
            "--input",
            "x=" + Manifests.input(folder),
            "--trace-folder",
            sealed.toString());
    assertEquals(1, ended.code(), ended.out());
    assertTrue(ended.err().contains("sealed' is encrypted (expected: "), ended.err());
  }

  @Test
  void framesOfAFolderAreWholeAndRepeatByteForByte() {
    var verified = weft("trace", "verify", buffer);
    assertEquals(0, verified.code(), verified.err());
    assertTrue(verified.out().contains("300 frames (300 can be replayed), 0 lost"), verified.out());

    var replayed = weft("replay", buffer, "--json");
    assertEquals(0, replayed.code(), replayed.err());
    var object = Json.readObject(replayed.out());
    assertEquals(true, object.get("exact"), replayed.out());
    assertEquals(300L, object.get("replayed"));
    assertEquals(List.of(), object.get("fingerprintDifferences"));
  }

  @Test
  void framesAreChosenBySessionPipelineAndTime() throws IOException {
    run("--attribute", "session=b");

    assertEquals(300L, replayed("--session", "a"));
    assertEquals(300L, replayed("--session", "b", "--pipeline", "twice"));
    assertEquals(600L, replayed("--from", "2026-01-01T00:00:00Z"));
    var refused = weft("replay", buffer, "--session", "c");
    assertEquals(2, refused.code());
    assertTrue(refused.err().contains("session: 'c' (expected: one of 'a', 'b')"), refused.err());
    var early = weft("trace", "show", buffer, "--to", "2026-01-01T00:00:00Z");
    assertEquals(2, early.code());
    assertTrue(early.err().contains("no such frame (expected: one admitted"), early.err());
    assertEquals(2, weft("trace", "show", buffer, "--from", "noon").code());

    var shown = weft("trace", "show", buffer, "--session", "b", "--limit", "1", "--json");
    assertEquals("b", Json.readObject(shown.out()).get("session"), shown.out());
  }

  private Object replayed(String... filter) {
    var args = new ArrayList<>(List.of("replay", buffer, "--json"));
    args.addAll(List.of(filter));
    var ended = weft(args.toArray(String[]::new));
    assertEquals(0, ended.code(), ended.err());
    var object = Json.readObject(ended.out());
    assertEquals(true, object.get("exact"), ended.out());
    return Objects.requireNonNull(object.get("replayed"), ended.out());
  }

  @Test
  void aFolderIsExportedImportedListedAndCompared() throws IOException {
    var copy = folder.resolve("copy.trace").toString();
    assertEquals(0, weft("trace", "export", buffer, copy, "--session", "a").code());
    var verified = weft("trace", "verify", copy);
    assertTrue(verified.out().contains("300 frames (300 can be replayed), 0 lost"), verified.out());
    var diff = weft("trace", "diff", buffer, copy);
    assertEquals(0, diff.code(), diff.out() + diff.err());
    assertEquals(0, weft("trace", "diff", copy, buffer).code());
    assertEquals(0, weft("trace", "diff", buffer, buffer).code());

    var imported = weft("trace", "import", buffer, "--json");
    assertEquals(300L, Json.readObject(imported.out()).get("frames"), imported.err());
    var kept = folder.resolve(".weft/traces/kept");
    buffer = kept.toString();
    run();
    var listed = weft("trace", "ls").out();
    assertTrue(listed.contains("buffer-") && listed.contains("kept "), listed);
    assertEquals(0, weft("trace", "verify", "kept").code());
  }

  @Test
  void aFlippedByteOfAFolderIsNamedWithItsPlace() throws IOException {
    Path segment;
    try (var files = Files.list(Path.of(buffer))) {
      segment = files.filter(file -> file.toString().endsWith(".segment")).findAny().orElseThrow();
    }
    var bytes = Files.readAllBytes(segment);
    bytes[bytes.length / 2] ^= 4;
    Files.write(segment, bytes);

    var ended = weft("trace", "verify", buffer);
    assertEquals(1, ended.code(), ended.out());
    assertTrue(ended.out().contains("NOT whole"), ended.out());
    assertTrue(ended.out().matches("(?s).*default-\\d+\\.segment at byte \\d+.*"), ended.out());

    var told = "(?s).*damaged.* at 1 place, the first default-\\d+\\.segment at byte \\d+;.*";
    var replayed = weft("replay", buffer);
    assertEquals(1, replayed.code(), replayed.out());
    assertTrue(replayed.out().matches(told), replayed.out());
    assertEquals(1L, Json.readObject(weft("replay", buffer, "--json").out()).get("damages"));
    var copy = folder.resolve("copy.trace").toString();
    var exported = weft("trace", "export", buffer, copy);
    assertEquals(1, exported.code(), exported.out());
    assertTrue(exported.out().matches(told), exported.out());
    // The copy is whole, and says that frames are missing.
    var verified = weft("trace", "verify", copy);
    assertEquals(0, verified.code(), verified.out());
    assertTrue(verified.out().contains("lost: an unknown number of records"), verified.out());
    assertTrue(verified.out().contains("not copied, damage: default-"), verified.out());
  }

  @Test
  void aMissingSegmentIsNamedAndReplayedAround() throws IOException {
    Path segment;
    try (var files = Files.list(Path.of(buffer))) {
      segment = files.filter(file -> file.toString().endsWith(".segment")).findAny().orElseThrow();
    }
    Files.delete(segment);
    var ended = weft("trace", "verify", buffer);
    assertEquals(1, ended.code(), ended.out());
    assertTrue(
        ended.out().contains(segment.getFileName() + " at byte 0: not there (expected: "),
        ended.out());
  }

  @Test
  void aFolderWithoutFramesIsRefusedAndOneThatIsInUseIsReadAsItIs() throws IOException {
    var empty = Files.createDirectory(folder.resolve("empty")).toString();
    var refused = weft("trace", "verify", empty);
    assertEquals(2, refused.code());
    assertTrue(refused.err().contains("holds no frames (expected: a folder that"), refused.err());

    try (var store =
        SegmentStore.open(FolderDisk.at(Path.of(buffer)), TraceSettings.of(List.of()))) {
      for (var command : List.of("show", "verify", "import")) {
        var read = weft("trace", command, buffer);
        assertEquals(0, read.code(), read.err());
      }
      assertEquals(0, weft("replay", buffer).code());
      var sending = weft("outbox", "send", buffer, "--to", folder.resolve("up").toString());
      assertEquals(1, sending.code());
      assertTrue(
          sending.err().contains("in use by process " + ProcessHandle.current().pid()),
          sending.err());
      assertTrue(store.verify().passed());
    }
  }

  private Cli.Ended weft(String... args) {
    return Cli.run(folder, args);
  }
}
