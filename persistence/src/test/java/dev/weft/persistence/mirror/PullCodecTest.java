package dev.weft.persistence.mirror;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.segment.MirrorGroup;
import dev.weft.persistence.segment.MirrorGroup.BlobPart;
import dev.weft.persistence.segment.MirrorGroup.SegmentPart;
import dev.weft.persistence.segment.MirrorPosition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PullCodecTest {

  private static final MirrorPosition POSITION =
      new MirrorPosition(
          7, new TreeMap<>(java.util.Map.of("default", new MirrorPosition.End(3, 4_000))));
  private static final Terms TERMS =
      new Terms(
          "edge-1",
          Optional.of(
              new Terms.Upload(
                  "grpc://a:1", "cloud", new UploadTags(Set.of("default"), Set.of("p")))));

  @Test
  void whatIsAskedComesBack() {
    for (var pull :
        List.of(
            Pull.first(), new Pull(Optional.of("edge-1"), POSITION, Optional.of("disk full")))) {
      assertEquals(pull, PullCodec.pull(PullCodec.encode(pull)));
    }
    assertThrows(IllegalArgumentException.class, () -> PullCodec.pull(new byte[] {9, 9, 9}));
  }

  @Test
  void whatIsAnsweredComesBack() {
    var segment = new SegmentPart("default", 4, 0, true, new byte[] {1, 2});
    var blob = new BlobPart("default", "ab", new byte[] {3});
    var oldest = new TreeMap<>(java.util.Map.of("default", 2L));
    var group = new MirrorGroup(POSITION, 9, List.of(blob, segment), oldest);
    var back =
        assertInstanceOf(
            Pulled.Next.class, PullCodec.pulled(PullCodec.encode(new Pulled.Next(TERMS, group))));
    assertEquals(TERMS, back.terms());
    assertEquals(group.from(), back.group().from());
    assertEquals(9, back.group().through());
    assertEquals(oldest, back.group().oldest());
    var first = assertInstanceOf(BlobPart.class, back.group().parts().getFirst());
    var second = assertInstanceOf(SegmentPart.class, back.group().parts().getLast());
    assertArrayEquals(blob.bytes(), first.bytes());
    assertArrayEquals(segment.bytes(), second.bytes());
    assertEquals(4, second.id());
    assertEquals(true, second.isDamaged());
  }

  @Test
  void everyRefusalComesBack() {
    for (var reason : Pulled.Reason.values()) {
      var refused = new Pulled.Refused(reason, "why", Optional.of(TERMS));
      assertEquals(refused, PullCodec.pulled(PullCodec.encode(refused)));
    }
  }

  @Test
  void noPositionIsBeforeTheFirst() {
    var ends = POSITION.ends();
    assertThrows(IllegalArgumentException.class, () -> new MirrorPosition(-1, ends));
    assertThrows(IllegalArgumentException.class, () -> new MirrorPosition.End(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> new MirrorPosition.End(0, -1));
  }

  @Test
  void whatIsNotUnderstoodIsRefused() {
    for (var bytes : List.of(new byte[0], new byte[] {9, 9, 9})) {
      var refused = assertInstanceOf(Pulled.Refused.class, PullCodec.pulled(bytes));
      assertEquals(Pulled.Reason.FAILED, refused.reason());
    }
  }
}
