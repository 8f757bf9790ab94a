package dev.weft.persistence.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.weft.api.outbox.v1.Item;
import dev.weft.api.outbox.v1.Key;
import dev.weft.persistence.outbox.BatchException.Kind;
import dev.weft.persistence.trace.Loss;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.TraceKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Batches to bytes and back; {@code weft/outbox/v1/outbox.proto} is the schema. */
public final class BatchCodec {

  /** Most bytes of a batch before it is compressed. */
  public static final int BODY_BYTES_MAX = 1 << 29;

  private static final byte[] MAGIC = {'W', 'O', 'B', '1'};
  private static final int HEAD_BYTES = 13;
  private static final int CHUNK_BYTES = 1 << 16;
  private static final long NANOS = 1_000_000_000L;

  private BatchCodec() {}

  /** {@code batch} in its envelope. Compressed only if that makes it smaller. */
  public static byte[] encode(Batch batch, boolean isCompressing) {
    var message = dev.weft.api.outbox.v1.Batch.newBuilder();
    message.setSource(batch.source()).setAfter(batch.after());
    batch.items().forEach(item -> message.addItems(item(item)));
    var body = message.build().toByteArray();
    var packed = isCompressing ? deflate(body) : body;
    var isSmaller = packed.length < body.length;
    var content = isSmaller ? packed : body;
    var envelope = ByteBuffer.allocate(HEAD_BYTES + content.length);
    envelope.put(MAGIC).put((byte) (isSmaller ? 1 : 0)).putInt(body.length).putInt(0).put(content);
    return envelope.putInt(9, crc(envelope.array())).array();
  }

  /** Bytes that {@code item} adds to a batch before it is compressed. */
  static long bytes(BatchItem item) {
    var bytes = item(item).getSerializedSize();
    return (long) bytes + CodedOutputStream.computeUInt32SizeNoTag(bytes) + 1;
  }

  /**
   * The batch in {@code envelope}, checked.
   *
   * @param bodyBytesMax most bytes that it may have before it was compressed
   */
  public static Batch decode(byte[] envelope, int bodyBytesMax) throws BatchException {
    var magic = Arrays.copyOf(envelope, MAGIC.length);
    if (envelope.length < HEAD_BYTES || !Arrays.equals(magic, 0, 3, MAGIC, 0, 3)) {
      throw corrupt("%d bytes (expected: a batch)".formatted(envelope.length));
    }
    if (magic[3] > MAGIC[3]) {
      throw new BatchException(
          Kind.NEWER, "batch format: '%c' (expected: 1)".formatted((char) magic[3]));
    }
    if (magic[3] < MAGIC[3]) {
      throw corrupt("batch format: %d (expected: '1')".formatted(magic[3]));
    }
    var head = ByteBuffer.wrap(envelope);
    if (head.getInt(9) != crc(envelope)) {
      throw corrupt("checksum: differs (expected: that of the bytes)");
    }
    var bytes = head.getInt(5);
    if (bytes < 0 || bytes > bodyBytesMax) {
      throw new BatchException(
          Kind.TOO_LARGE, "batch: %d bytes (expected: <= %d)".formatted(bytes, bodyBytesMax));
    }
    var content = Arrays.copyOfRange(envelope, HEAD_BYTES, envelope.length);
    return parse(envelope[4] == 0 ? content : inflate(content, bytes));
  }

  private static Batch parse(byte[] body) throws BatchException {
    try {
      var message = dev.weft.api.outbox.v1.Batch.parseFrom(body);
      var items = new ArrayList<BatchItem>();
      for (var item : message.getItemsList()) {
        items.add(item(item));
      }
      return new Batch(message.getSource(), message.getAfter(), items);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new BatchException(Kind.CORRUPT, "batch: %s".formatted(e.getMessage()), e);
    }
  }

  private static BatchException corrupt(String message) {
    return new BatchException(Kind.CORRUPT, message);
  }

  private static BatchException newer(String message) {
    return new BatchException(Kind.NEWER, message + " (expected: none of a newer Weft)");
  }

  private static int crc(byte[] envelope) {
    var crc = new CRC32C();
    crc.update(envelope, 4, 5);
    crc.update(envelope, HEAD_BYTES, envelope.length - HEAD_BYTES);
    return (int) crc.getValue();
  }

  private static byte[] deflate(byte[] body) {
    var deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(body);
      deflater.finish();
      var out = new ByteArrayOutputStream(body.length / 2 + 64);
      var chunk = new byte[CHUNK_BYTES];
      while (!deflater.finished()) {
        out.write(chunk, 0, deflater.deflate(chunk));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /** Exactly {@code bytes} bytes; no more are ever made, whatever the content says. */
  private static byte[] inflate(byte[] content, int bytes) throws BatchException {
    var inflater = new Inflater();
    try {
      inflater.setInput(content);
      var body = new byte[bytes];
      var at = 0;
      while (at < bytes) {
        var more = inflater.inflate(body, at, bytes - at);
        if (more == 0) {
          throw corrupt("batch: %d bytes (expected: %d)".formatted(at, bytes));
        }
        at += more;
      }
      return body;
    } catch (DataFormatException e) {
      throw new BatchException(Kind.CORRUPT, "batch: %s".formatted(e.getMessage()), e);
    } finally {
      inflater.end();
    }
  }

  private static Item item(BatchItem item) {
    var message = Item.newBuilder().setNumber(item.number());
    return switch (item) {
      case BatchItem.Kept kept -> message.setKept(kept(kept)).build();
      case BatchItem.Withheld withheld -> message.setWithheld(withheld(withheld)).build();
      case BatchItem.Gap gap -> message.setGap(gap(gap)).build();
    };
  }

  private static dev.weft.api.outbox.v1.Kept kept(BatchItem.Kept kept) {
    var message =
        dev.weft.api.outbox.v1.Kept.newBuilder()
            .setKey(key(kept.key()))
            .setSequence(kept.sequence())
            .setPayload(UnsafeByteOperations.unsafeWrap(kept.payload()))
            .setHash(ByteString.copyFrom(kept.hash()))
            .setPreviousHash(ByteString.copyFrom(kept.previousHash()));
    kept.attachments()
        .forEach(bytes -> message.addAttachments(UnsafeByteOperations.unsafeWrap(bytes)));
    return message.build();
  }

  private static dev.weft.api.outbox.v1.Withheld withheld(BatchItem.Withheld withheld) {
    return dev.weft.api.outbox.v1.Withheld.newBuilder()
        .setKey(key(withheld.key()))
        .setSequence(withheld.sequence())
        .setWhy(
            switch (withheld.why()) {
              case ERASED -> dev.weft.api.outbox.v1.Withheld.Why.ERASED;
              case TOO_LARGE -> dev.weft.api.outbox.v1.Withheld.Why.TOO_LARGE;
              case ATTACHMENT_LOST -> dev.weft.api.outbox.v1.Withheld.Why.ATTACHMENT_LOST;
              case KEY_LOST -> dev.weft.api.outbox.v1.Withheld.Why.KEY_LOST;
            })
        .setHash(ByteString.copyFrom(withheld.hash()))
        .setPreviousHash(ByteString.copyFrom(withheld.previousHash()))
        .build();
  }

  private static dev.weft.api.outbox.v1.Gap gap(BatchItem.Gap gap) {
    var loss = gap.loss();
    return dev.weft.api.outbox.v1.Gap.newBuilder()
        .setRetentionClass(gap.retentionClass())
        .setTimeUnixNanos(nanos(gap.time()))
        .setReason(loss.reason().code())
        .setCount(loss.count())
        .setCarried(loss.carried())
        .setFirstNumber(loss.firstNumber())
        .setLastNumber(loss.lastNumber())
        .setFromUnixNanos(nanos(loss.from()))
        .setToUnixNanos(nanos(loss.to()))
        .putAllSessions(loss.sessions())
        .build();
  }

  private static Key key(TraceKey key) {
    return Key.newBuilder()
        .setSession(key.session())
        .setPipeline(key.pipeline())
        .setVariant(key.variant())
        .setRetentionClass(key.retentionClass())
        .setTimeUnixNanos(nanos(key.time()))
        .setDeferred(key.isDeferred())
        .build();
  }

  private static BatchItem item(Item message) throws BatchException {
    var number = message.getNumber();
    return switch (message.getToldCase()) {
      case KEPT -> {
        var kept = message.getKept();
        yield new BatchItem.Kept(
            number,
            kept.getSequence(),
            key(kept.getKey()),
            kept.getPayload().toByteArray(),
            kept.getAttachmentsList().stream().map(ByteString::toByteArray).toList(),
            kept.getHash().toByteArray(),
            kept.getPreviousHash().toByteArray());
      }
      case WITHHELD -> {
        var withheld = message.getWithheld();
        yield new BatchItem.Withheld(
            number,
            withheld.getSequence(),
            key(withheld.getKey()),
            why(withheld.getWhy()),
            withheld.getHash().toByteArray(),
            withheld.getPreviousHash().toByteArray());
      }
      case GAP -> gap(number, message.getGap());
      case TOLD_NOT_SET ->
          throw message.getUnknownFields().asMap().isEmpty()
              ? corrupt("item %d: empty (expected: a record)".formatted(number))
              : newer("item %d: of an unknown kind".formatted(number));
    };
  }

  private static BatchItem.Why why(dev.weft.api.outbox.v1.Withheld.Why why) throws BatchException {
    return switch (why) {
      case ERASED -> BatchItem.Why.ERASED;
      case TOO_LARGE -> BatchItem.Why.TOO_LARGE;
      case ATTACHMENT_LOST -> BatchItem.Why.ATTACHMENT_LOST;
      case KEY_LOST -> BatchItem.Why.KEY_LOST;
      case WHY_UNSPECIFIED -> throw corrupt("why: none (expected: one)");
      case UNRECOGNIZED -> throw newer("why: an unknown one");
    };
  }

  private static BatchItem gap(long number, dev.weft.api.outbox.v1.Gap gap) throws BatchException {
    return new BatchItem.Gap(
        number,
        gap.getRetentionClass(),
        instant(gap.getTimeUnixNanos()),
        new Loss(
            reason(gap.getReason()),
            gap.getCount(),
            gap.getCarried(),
            gap.getFirstNumber(),
            gap.getLastNumber(),
            instant(gap.getFromUnixNanos()),
            instant(gap.getToUnixNanos()),
            new TreeMap<>(gap.getSessionsMap())));
  }

  private static LossReason reason(int code) throws BatchException {
    try {
      return LossReason.of(code);
    } catch (IllegalArgumentException e) {
      throw newer(String.valueOf(e.getMessage()));
    }
  }

  private static TraceKey key(Key key) {
    return new TraceKey(
        key.getSession(),
        key.getPipeline(),
        key.getVariant(),
        key.getRetentionClass(),
        instant(key.getTimeUnixNanos()),
        key.getDeferred());
  }

  /** Times that do not fit, 292 years from 1970 and more, become the nearest that does. */
  private static long nanos(Instant time) {
    var seconds = Long.MAX_VALUE / NANOS - 1;
    return Math.clamp(time.getEpochSecond(), -seconds, seconds) * NANOS + time.getNano();
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }
}
