package dev.weft.stages.process;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * The memory that one stage process and its parent share: words by which they tell each other how
 * far they are, a ring of slots, one for each run under way, and the region of outputs.
 *
 * <p>Runs are numbered from 0 and taken in order; run {@code n} lies in slot {@code n % slots}. The
 * parent writes a slot's request and then raises {@code published}; the process raises {@code
 * begun}, writes the reply and raises {@code done}. Each counter has one writer and a cache line of
 * its own. The parent believes nothing of what the process writes: counters are held against its
 * own books, and {@link Placement#read} checks what is in a reply.
 */
final class Channel {

  /** Outputs of one process that may be on lease at once. */
  static final int LEASES = 1024;

  static final int SETUP_BYTES = 1 << 20;
  static final int HELLO_BYTES = 64 << 10;

  private static final long MAGIC = 0x57454654_49504301L;
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private static final long AT_MAGIC = 0;
  private static final long AT_SLOTS = 8;
  private static final long AT_FUTEX = 12;
  private static final long AT_SPIN_NANOS = 16;
  private static final long AT_OUTPUT_BYTES = 24;
  private static final long AT_HELLO = 128;
  private static final long AT_PUBLISHED = 256;
  private static final long AT_BEGUN = 384;
  private static final long AT_DONE = 512;
  private static final long AT_PROCESS_SLEEPS = 640;
  private static final long AT_PARENT_SLEEPS = 768;
  private static final long AT_CANCELLED = 896;
  private static final long AT_RETURNED = 1024;
  private static final long AT_SETUP = 4096;
  private static final long AT_HELLO_TEXT = AT_SETUP + SETUP_BYTES;
  private static final long AT_RING = AT_HELLO_TEXT + HELLO_BYTES;

  private final MemorySegment memory;
  private final int slots;

  private Channel(MemorySegment memory, int slots) {
    this.memory = memory;
    this.slots = slots;
  }

  /** How far a process is with its start. */
  enum Hello {
    STARTING,
    READY,
    FAILED
  }

  static long bytes(int slots, long outputBytes) {
    return AT_RING + slots * Slot.BYTES + outputBytes;
  }

  /** The parent's view of new memory, all of which is zero. */
  static Channel create(
      MemorySegment memory, int slots, boolean futex, long spinNanos, long outputBytes) {
    memory.set(ValueLayout.JAVA_INT, AT_SLOTS, slots);
    memory.set(ValueLayout.JAVA_INT, AT_FUTEX, futex ? 1 : 0);
    memory.set(ValueLayout.JAVA_LONG, AT_SPIN_NANOS, spinNanos);
    memory.set(ValueLayout.JAVA_LONG, AT_OUTPUT_BYTES, outputBytes);
    LONG.setRelease(memory, AT_MAGIC, MAGIC);
    return new Channel(memory, slots);
  }

  /**
   * The process's view of what the parent has made.
   *
   * @throws IllegalStateException if it is of another version of Weft
   */
  static Channel open(MemorySegment memory) {
    var magic = (long) LONG.getAcquire(memory, AT_MAGIC);
    if (magic != MAGIC) {
      throw new IllegalStateException("channel: %x (expected: %x)".formatted(magic, MAGIC));
    }
    return new Channel(memory, memory.get(ValueLayout.JAVA_INT, AT_SLOTS));
  }

  boolean futex() {
    return memory.get(ValueLayout.JAVA_INT, AT_FUTEX) == 1;
  }

  long spinNanos() {
    return memory.get(ValueLayout.JAVA_LONG, AT_SPIN_NANOS);
  }

  int slots() {
    return slots;
  }

  Slot slot(long run) {
    return new Slot(memory.asSlice(AT_RING + run % slots * Slot.BYTES, Slot.BYTES));
  }

  /**
   * Where the process writes outputs. To the parent its size is its own figure, not what stands in
   * the memory.
   */
  MemorySegment outputs() {
    return memory.asSlice(AT_RING + slots * Slot.BYTES);
  }

  MemorySegment setup() {
    return memory.asSlice(AT_SETUP, SETUP_BYTES);
  }

  MemorySegment helloText() {
    return memory.asSlice(AT_HELLO_TEXT, HELLO_BYTES);
  }

  Hello hello() {
    return switch ((int) INT.getVolatile(memory, AT_HELLO)) {
      case 1 -> Hello.READY;
      case 2 -> Hello.FAILED;
      default -> Hello.STARTING;
    };
  }

  void hello(Hello state) {
    INT.setVolatile(memory, AT_HELLO, state.ordinal());
  }

  long published() {
    return (long) LONG.getVolatile(memory, AT_PUBLISHED);
  }

  void published(long runs) {
    LONG.setVolatile(memory, AT_PUBLISHED, runs);
  }

  long begun() {
    return (long) LONG.getVolatile(memory, AT_BEGUN);
  }

  void begun(long runs) {
    LONG.setVolatile(memory, AT_BEGUN, runs);
  }

  long done() {
    return (long) LONG.getVolatile(memory, AT_DONE);
  }

  void done(long runs) {
    LONG.setVolatile(memory, AT_DONE, runs);
  }

  MemorySegment processSleeps() {
    return memory.asSlice(AT_PROCESS_SLEEPS, Integer.BYTES);
  }

  MemorySegment parentSleeps() {
    return memory.asSlice(AT_PARENT_SLEEPS, Integer.BYTES);
  }

  /** Notes that some run was cancelled; true if the process has not been told of it yet. */
  boolean noteCancelled() {
    return (int) INT.getAndSet(memory, AT_CANCELLED, 1) == 0;
  }

  /** Takes the note, before the runs are looked at. */
  void takeCancelled() {
    INT.setVolatile(memory, AT_CANCELLED, 0);
  }

  /** Gives back the output of this lease; any thread. */
  void returned(int lease) {
    LONG.getAndBitwiseOr(
        memory, AT_RETURNED + (long) (lease / Long.SIZE) * Long.BYTES, 1L << lease);
  }

  /** Takes the leases given back among {@code 64 * word} and the 63 after it, as bits. */
  long takeReturned(int word) {
    var at = AT_RETURNED + (long) word * Long.BYTES;
    return (long) LONG.getVolatile(memory, at) == 0 ? 0 : (long) LONG.getAndSet(memory, at, 0L);
  }

  /** Writes {@code text} as its length and UTF-8, cut to what fits. */
  static void writeText(MemorySegment target, String text) {
    var encoded = text.getBytes(StandardCharsets.UTF_8);
    var length = (int) Math.min(encoded.length, target.byteSize() - Integer.BYTES);
    target.set(ValueLayout.JAVA_INT, 0, length);
    MemorySegment.copy(encoded, 0, target, ValueLayout.JAVA_BYTE, Integer.BYTES, length);
  }

  /** Reads what {@link #writeText} wrote; of a length that cannot be, what fits. */
  static String readText(MemorySegment source) {
    var length = source.get(ValueLayout.JAVA_INT, 0);
    var bounded = Math.clamp(length, 0, (int) source.byteSize() - Integer.BYTES);
    var encoded = source.asSlice(Integer.BYTES, bounded).toArray(ValueLayout.JAVA_BYTE);
    return new String(encoded, StandardCharsets.UTF_8);
  }
}
