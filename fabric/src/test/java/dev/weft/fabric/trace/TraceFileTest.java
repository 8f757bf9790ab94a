package dev.weft.fabric.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.trace.Fingerprint.Environment;
import dev.weft.fabric.trace.Fingerprint.VariantPrint;
import dev.weft.fabric.trace.FrameRecord.AnswerRecord;
import dev.weft.fabric.trace.FrameRecord.Routing;
import dev.weft.fabric.trace.FrameRecord.StepRecord;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {

  private static final String DIGEST = TensorDigest.of(new byte[] {1});

  @TempDir private Path folder;

  @Test
  void givesBackEveryFieldOfEveryRecord() {
    var written = records();
    var file = write(written);

    var read = read(file);
    assertEquals(written.size(), read.size());
    for (var i = 0; i < read.size(); i++) {
      // Arrays in records are equal by identity only, so the bytes are compared.
      assertTrue(
          Arrays.equals(TraceCodec.encode(written.get(i)), TraceCodec.encode(read.get(i))),
          read.get(i).toString());
    }
  }

  @Test
  void aFullDiskLeavesWhatIsWholeAndSaysWhere() throws Exception {
    var file = folder.resolve("full.trace");
    var said = FullFile.write(file);
    assertEquals(4, said.size(), said + "");
    assertEquals(
        file + ": File too large (expected: room to write; what stands before can be read)",
        said.get(1));
    assertEquals(
        file + ": File too large (expected: room for its end; what stands before can be read)",
        said.get(3));
    var kept = Integer.parseInt(said.getFirst()) + Integer.parseInt(said.get(2));
    assertTrue(kept > 30, said + "");
    try (var reader = TraceFile.open(file)) {
      for (var i = 0; i < kept; i++) {
        assertTrue(reader.next().isPresent());
      }
      var end = assertThrows(TraceException.class, reader::next);
      assertTrue(String.valueOf(end.getMessage()).contains("is not done"), end + "");
    }
  }

  @Test
  void readsContentBesideAFrameAndWithinIt() {
    var file = write(records());
    try (var reader = TraceFile.open(file)) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        if (next.get() instanceof FrameRecord frame) {
          assertEquals(300, reader.content(frame.inputs().getFirst()).orElseThrow().length);
          assertEquals(4, reader.content(frame.inputs().getLast()).orElseThrow().length);
          assertTrue(reader.content(frame.answer().outputs().getFirst()).isEmpty());
        }
      }
    }
  }

  @Test
  void aBitFlippedInAnyByteIsFound() throws IOException {
    var file = write(records());
    var whole = Files.readAllBytes(file);
    for (var at = 0; at < whole.length; at++) {
      var flipped = whole.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      Files.write(file, flipped);
      assertThrows(TraceException.class, () -> read(file), "byte " + at);
    }
  }

  @Test
  void anyCutIsFound() throws IOException {
    var file = write(records());
    var whole = Files.readAllBytes(file);
    for (var length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThrows(TraceException.class, () -> read(file), "cut at " + length);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertThrows(TraceException.class, () -> read(file), "one byte more");
  }

  @Test
  void saysWhichRecordAtWhichByteIsWrong() throws IOException {
    var file = write(records());
    var whole = Files.readAllBytes(file);
    whole[whole.length / 2] ^= 1;
    Files.write(file, whole);

    var problem = assertThrows(TraceException.class, () -> read(file));
    var said = String.valueOf(problem.getMessage());
    assertTrue(said.matches("(?s).*frames.trace: record \\d+ at byte \\d+: .*"), said);
  }

  @Test
  void aFileIsNeverWrittenOver() {
    var file = write(records());
    assertThrows(TraceException.class, () -> TraceFile.create(file, Instant.EPOCH));
  }

  /** One of each kind; the fourth is the frame. */
  static List<TraceRecord> records() {
    var content = new byte[300];
    Arrays.fill(content, (byte) 7);
    var digest = TensorDigest.of(content);
    var print =
        Fingerprint.of(
            List.of(
                new VariantPrint(
                    "mix", "one", "onnx", DIGEST, Map.of("vocab", DIGEST), Map.of("a", "1"))),
            new Environment("1.28.0", "vm 25", List.of("x", "avx2"), 1));
    return List.of(
        new TraceRecord.Deployment("kiosk", DIGEST, "kiosk.yaml"),
        print,
        new TraceRecord.Content(digest, content),
        frame(print.id(), digest),
        new TraceRecord.Loss("kiosk", 1, 4, 9, 3, "queue-full"),
        new TraceRecord.Checkpoint("s", 2, 9, DIGEST, DIGEST));
  }

  private static FrameRecord frame(String fingerprint, String content) {
    var beside =
        new TensorRecord(
            "in", Datatype.UINT8, Shape.of(300), DIGEST, new TensorRecord.Beside(content));
    var inline =
        new TensorRecord(
            "more", Datatype.FP32, Shape.of(), DIGEST, new TensorRecord.Inline(new byte[4]));
    var redacted =
        new TensorRecord("out", Datatype.FP32, Shape.of(1), DIGEST, new TensorRecord.Redacted(""));
    return new FrameRecord(
        "kiosk",
        "s",
        "t",
        5,
        42,
        Instant.parse("2026-11-24T10:00:00.123456789Z"),
        -12,
        Duration.ofMillis(100),
        Lane.PERCEPTION,
        -7,
        fingerprint,
        DIGEST,
        new Routing(
            Map.of("session", "s"),
            Map.of("again", true),
            Map.of("again", "10% by session, as set"),
            Map.of("ab", List.of(9, 1)),
            "away/too-late-here Answered by node r1 of frankfurt"),
        List.of("clip"),
        List.of(beside, inline),
        List.of(
            new StepRecord(
                "first",
                Decision.RAN_SPLIT,
                1,
                "mix",
                "one",
                List.of(inline),
                List.of(41L, 42L),
                Duration.ofNanos(3),
                Duration.ofNanos(4),
                ""),
            new StepRecord(
                "second",
                Decision.FAILED,
                0,
                "mix",
                "one",
                List.of(),
                List.of(),
                Duration.ZERO,
                Duration.ZERO,
                "STAGE_FAILED")),
        new AnswerRecord(
            AnswerRecord.Kind.FAILED, "STAGE_FAILED", List.of(redacted), Duration.ofMillis(2)),
        Duration.ofNanos(4),
        true);
  }

  private Path write(List<TraceRecord> records) {
    var file = folder.resolve("frames.trace");
    try (var sink = TraceFile.create(file, Instant.EPOCH)) {
      records.forEach(record -> sink.append(record, ""));
    }
    return file;
  }

  private static List<TraceRecord> read(Path file) {
    var records = new ArrayList<TraceRecord>();
    try (var reader = TraceFile.open(file)) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        records.add(next.get());
      }
    }
    return records;
  }
}
