package dev.weft.persistence.journal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;

/** How a {@link LedgerEntity} is stored. */
public final class LedgerCodec extends CodebookCodec {

  static final int IDENTIFIER = 99_001;

  private static final Codebook CODEBOOK =
      Codebook.builder()
          .form(
              LedgerEntity.Entered.class,
              "ledger.entered.v1",
              entered -> longs(LongStream.of(entered.amount())),
              payload -> new LedgerEntity.Entered(longs(payload).getFirst()))
          .form(
              LedgerEntity.Ledger.class,
              "ledger.state.v1",
              ledger -> longs(ledger.amounts().stream().mapToLong(Long::longValue)),
              payload -> new LedgerEntity.Ledger(longs(payload)))
          .build();

  /** Called by Akka. */
  public LedgerCodec() {
    super(IDENTIFIER, CODEBOOK);
  }

  private static byte[] longs(LongStream values) {
    var all = values.toArray();
    var bytes = ByteBuffer.allocate(all.length * Long.BYTES);
    for (var value : all) {
      bytes.putLong(value);
    }
    return bytes.array();
  }

  private static List<Long> longs(byte[] bytes) {
    var buffer = ByteBuffer.wrap(bytes).asLongBuffer();
    return LongStream.generate(buffer::get).limit(buffer.remaining()).boxed().toList();
  }
}
