package dev.weft.stages.process;

import dev.weft.stages.spi.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** The part of a channel that holds one run: what is asked, whether still, and the reply. */
record Slot(MemorySegment memory) {

  /** Of a request as of a reply: room for 56 tensors of 32 dimensions, or 300 of four. */
  private static final long HALF_BYTES = 16 << 10;

  static final long BYTES = 2 * HALF_BYTES;

  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final int COMPLETED = 0;

  private static final long AT_CANCELLED = 0;
  private static final long AT_SEED = 8;
  private static final long AT_ADMITTED_SECONDS = 16;
  private static final long AT_ADMITTED_NANOS = 24;
  private static final long AT_INPUTS = 64;
  private static final long AT_STATUS = HALF_BYTES;
  private static final long AT_REPLY = HALF_BYTES + 64;

  /** What the process answered, in values of our own: the memory may change at any time. */
  sealed interface Reply {
    record Completed(List<Placement> outputs) implements Reply {}

    record Failed(ErrorCode code, String message) implements Reply {}

    /** Not a reply at all. */
    record Garbage(String why) implements Reply {}
  }

  /** Whether inputs of these placements fit into a slot. */
  static boolean fits(List<Placement> tensors) {
    return Placement.bytes(tensors) <= HALF_BYTES - AT_INPUTS;
  }

  void request(long seed, Instant admittedAt, List<Placement> inputs) {
    INT.setVolatile(memory, AT_CANCELLED, 0);
    memory.set(ValueLayout.JAVA_LONG, AT_SEED, seed);
    memory.set(ValueLayout.JAVA_LONG, AT_ADMITTED_SECONDS, admittedAt.getEpochSecond());
    memory.set(ValueLayout.JAVA_LONG, AT_ADMITTED_NANOS, admittedAt.getNano());
    Placement.write(inputs, memory.asSlice(AT_INPUTS, HALF_BYTES - AT_INPUTS));
  }

  long seed() {
    return memory.get(ValueLayout.JAVA_LONG, AT_SEED);
  }

  Instant admittedAt() {
    return Instant.ofEpochSecond(
        memory.get(ValueLayout.JAVA_LONG, AT_ADMITTED_SECONDS),
        memory.get(ValueLayout.JAVA_LONG, AT_ADMITTED_NANOS));
  }

  List<Placement> inputs() {
    return Placement.read(memory.asSlice(AT_INPUTS, HALF_BYTES - AT_INPUTS));
  }

  void cancel() {
    INT.setVolatile(memory, AT_CANCELLED, 1);
  }

  boolean isCancelled() {
    return (int) INT.getVolatile(memory, AT_CANCELLED) != 0;
  }

  void complete(List<Placement> outputs) {
    Placement.write(outputs, reply());
    memory.set(ValueLayout.JAVA_INT, AT_STATUS, COMPLETED);
  }

  void fail(ErrorCode code, String message) {
    Channel.writeText(reply(), message);
    memory.set(ValueLayout.JAVA_INT, AT_STATUS, code.number());
  }

  Reply readReply() {
    var status = memory.get(ValueLayout.JAVA_INT, AT_STATUS);
    if (status == COMPLETED) {
      try {
        return new Reply.Completed(Placement.read(reply()));
      } catch (IllegalArgumentException e) {
        return new Reply.Garbage(String.valueOf(e.getMessage()));
      }
    }
    return Arrays.stream(ErrorCode.values())
        .filter(code -> code.number() == status)
        .findFirst()
        .<Reply>map(code -> new Reply.Failed(code, Channel.readText(reply())))
        .orElseGet(() -> new Reply.Garbage("status: %d (expected: a known one)".formatted(status)));
  }

  private MemorySegment reply() {
    return memory.asSlice(AT_REPLY, HALF_BYTES - (AT_REPLY - AT_STATUS));
  }
}
