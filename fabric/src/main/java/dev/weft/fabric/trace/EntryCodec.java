package dev.weft.fabric.trace;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.trace.v1.Entry;
import dev.weft.api.trace.v1.Footer;
import dev.weft.api.trace.v1.Header;
import dev.weft.api.trace.v1.Record;
import java.time.Instant;
import java.util.Arrays;

/** The links of a trace file: each record with the hash that chains it to those before. */
final class EntryCodec {

  /** Version of the format that is written, and the highest that is read. */
  static final int FORMAT = 1;

  private static final String WRITER = "weft";

  private byte[] chain = new byte[32];
  private long records;

  /** One that goes on from here by itself. */
  EntryCodec copy() {
    var copy = new EntryCodec();
    copy.chain = chain;
    copy.records = records;
    return copy;
  }

  /** Records so far. */
  long records() {
    return records;
  }

  byte[] header(Instant begun) {
    var header =
        Header.newBuilder()
            .setFormat(FORMAT)
            .setWriter(WRITER)
            .setBegunUnixNanos(begun.getEpochSecond() * 1_000_000_000 + begun.getNano());
    return entry(Record.newBuilder().setHeader(header).build().toByteArray());
  }

  byte[] footer() {
    var footer = Footer.newBuilder().setRecords(records);
    return entry(Record.newBuilder().setFooter(footer).build().toByteArray());
  }

  /** The next link, with {@code record} in it. */
  byte[] entry(byte[] record) {
    chain = next(record);
    records++;
    return Entry.newBuilder()
        .setRecord(ByteString.copyFrom(record))
        .setChain(ByteString.copyFrom(chain))
        .build()
        .toByteArray();
  }

  /**
   * The record in the next link.
   *
   * @throws TraceException if the link was changed, or is not the next
   */
  byte[] record(byte[] link) {
    Entry entry;
    try {
      entry = Entry.parseFrom(link);
    } catch (InvalidProtocolBufferException e) {
      throw new TraceException("%s (expected: a whole entry)".formatted(e.getMessage()), e);
    }
    var record = entry.getRecord().toByteArray();
    var expected = next(record);
    // Encoded anew, so that bits which mean nothing cannot differ unseen.
    if (!Arrays.equals(expected, entry.getChain().toByteArray())
        || !Arrays.equals(link, entry.toByteArray())) {
      throw new TraceException("hash %s (expected: the chain's)".formatted(hex(entry.getChain())));
    }
    chain = expected;
    records++;
    return record;
  }

  /** Whether {@code record} is the footer; refuses a header of a newer format. */
  boolean isFooter(byte[] record) {
    var told = TraceCodec.parsed(record);
    if (told.hasFooter() && told.getFooter().getRecords() != records - 1) {
      throw new TraceException(
          "footer: %d records (expected: the %d there are)"
              .formatted(told.getFooter().getRecords(), records - 1));
    }
    return told.hasFooter();
  }

  /** When the file was begun, as its header says. */
  static Instant begun(byte[] record) {
    var told = TraceCodec.parsed(record);
    if (!told.hasHeader()) {
      throw new TraceException("first record: no header (expected: one, as in every trace file)");
    }
    var format = told.getHeader().getFormat();
    if (format > FORMAT) {
      throw new TraceException(
          "format: %d (expected: <= %d; a newer Weft wrote this)".formatted(format, FORMAT));
    }
    var nanos = told.getHeader().getBegunUnixNanos();
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
  }

  /** The content in a link that was read before. */
  static byte[] content(byte[] link) {
    try {
      var told = TraceCodec.parsed(Entry.parseFrom(link).getRecord().toByteArray());
      return told.getContent().getBytes().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new TraceException("%s (expected: a whole entry)".formatted(e.getMessage()), e);
    }
  }

  private byte[] next(byte[] record) {
    var sha = TensorDigest.sha256();
    sha.update(chain);
    return sha.digest(record);
  }

  private static String hex(ByteString bytes) {
    var text = TraceCodec.hex(bytes);
    return text.length() > 16 ? text.substring(0, 16) + "..." : text;
  }
}
