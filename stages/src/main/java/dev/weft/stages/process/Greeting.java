package dev.weft.stages.process;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** What a process says of its stage once that is ready to serve. */
record Greeting(Signature signature, long nativeBytes) {

  void write(MemorySegment target) {
    var bytes =
        Words.bytes(
            out -> {
              Words.writeSignature(out, signature);
              out.writeLong(nativeBytes);
              return true;
            });
    MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, 0, bytes.length);
  }

  /**
   * @throws IllegalArgumentException if nothing of the kind stands there
   */
  static Greeting read(MemorySegment source) {
    return Words.read(
        source, in -> new Greeting(Words.readSignature(in), Math.max(0, in.readLong())));
  }

  /** Writes why there is no stage. */
  static void writeFailure(MemorySegment target, ErrorCode code, String message) {
    target.set(ValueLayout.JAVA_INT, 0, code.number());
    Channel.writeText(target.asSlice(Integer.BYTES), message);
  }

  static StageException readFailure(MemorySegment source) {
    var number = source.get(ValueLayout.JAVA_INT, 0);
    var code =
        Arrays.stream(ErrorCode.values())
            .filter(c -> c.number() == number)
            .findFirst()
            .orElse(ErrorCode.STAGE_FAILED);
    return new StageException(code, Channel.readText(source.asSlice(Integer.BYTES)));
  }
}
