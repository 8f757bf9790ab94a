package dev.weft.persistence.outbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.weft.api.outbox.v1.Gap;
import dev.weft.api.outbox.v1.Item;
import dev.weft.api.outbox.v1.Key;
import dev.weft.api.outbox.v1.Withheld;
import dev.weft.persistence.disk.MemoryDisk;
import dev.weft.persistence.trace.TraceKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Batches as bytes, those of a newer Weft among them. */
class BatchCodecTest {

  private static final int BYTES_MAX = 1 << 20;

  /** The envelope around any body, whole. */
  private static byte[] envelope(dev.weft.api.outbox.v1.Batch batch) {
    var body = batch.toByteArray();
    var envelope = ByteBuffer.allocate(13 + body.length);
    envelope.put(new byte[] {'W', 'O', 'B', '1', 0}).putInt(body.length).putInt(0).put(body);
    var crc = new CRC32C();
    crc.update(envelope.array(), 4, 5);
    crc.update(body);
    return envelope.putInt(9, (int) crc.getValue()).array();
  }

  private static BatchException.Kind refused(Item.Builder item) {
    var batch =
        dev.weft.api.outbox.v1.Batch.newBuilder()
            .setSource("box")
            .addItems(item.setNumber(1))
            .build();
    return assertThrows(BatchException.class, () -> BatchCodec.decode(envelope(batch), BYTES_MAX))
        .kind();
  }

  @Test
  void whatANewerSenderAddedIsToldAsNewerAndNotAsDamage() throws Exception {
    var unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                9,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("x"))
                    .build())
            .build();
    assertEquals(BatchException.Kind.NEWER, refused(Item.newBuilder().setUnknownFields(unknown)));
    var key = Key.newBuilder().setSession("a").setRetentionClass("upload");
    assertEquals(
        BatchException.Kind.NEWER,
        refused(Item.newBuilder().setWithheld(Withheld.newBuilder().setKey(key).setWhyValue(99))));
    assertEquals(
        BatchException.Kind.NEWER,
        refused(Item.newBuilder().setGap(Gap.newBuilder().setRetentionClass("a").setReason(99))));

    var newer =
        dev.weft.api.outbox.v1.Batch.newBuilder()
            .setSource("box")
            .addItems(Item.newBuilder().setNumber(1).setUnknownFields(unknown))
            .build();
    try (var inbox = Inbox.open(new MemoryDisk(), BYTES_MAX)) {
      var ended = assertInstanceOf(Delivery.Refused.class, inbox.receive(envelope(newer)));
      assertEquals(Delivery.Reason.NEWER, ended.reason());
      assertEquals(0, inbox.through("box"));
    }
  }

  @Test
  void whatIsEmptyOrNotSensibleIsCorrupt() {
    assertEquals(BatchException.Kind.CORRUPT, refused(Item.newBuilder()));
    assertEquals(
        BatchException.Kind.CORRUPT, refused(Item.newBuilder().setWithheld(Withheld.newBuilder())));
  }

  @Test
  void everyKindOfItemComesBackAsItWasAndSaysHowManyBytesItTakes() throws Exception {
    var key = new TraceKey("cam", "kiosk", "v", "upload", Instant.EPOCH, true);
    var kept =
        new BatchItem.Kept(
            1, 1, key, new byte[300], List.of(new byte[9]), new byte[32], new byte[32]);
    for (var why : BatchItem.Why.values()) {
      var withheld = new BatchItem.Withheld(2, 2, key, why, new byte[32], new byte[32]);
      var batch = new Batch("box", 0, List.of(kept, withheld));
      var envelope = BatchCodec.encode(batch, false);
      var back = BatchCodec.decode(envelope, BYTES_MAX);
      var same = assertInstanceOf(BatchItem.Kept.class, back.items().getFirst());
      assertEquals(key, same.key());
      assertArrayEquals(kept.payload(), same.payload());
      assertEquals(why, assertInstanceOf(BatchItem.Withheld.class, back.items().get(1)).why());
      var head = 13 + 2 + "box".length();
      assertEquals(
          envelope.length - head, BatchCodec.bytes(kept) + BatchCodec.bytes(withheld), why + "");
    }
  }
}
