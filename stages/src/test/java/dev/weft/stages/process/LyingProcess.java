package dev.weft.stages.process;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.testkit.FaultFactory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A stage process that has been taken over: the first input says what it lies about. */
final class LyingProcess {

  enum Lie {
    OUTSIDE,
    BEFORE_THE_START,
    TOO_LARGE,
    ASKEW,
    SIZE_OF_ANOTHER_SHAPE,
    UNKNOWN_STATUS,
    INPUT_THAT_IS_NOT_THERE,
    NOT_ASKED_FOR,
    COUNTER_GONE_BACK;

    ErrorCode expected() {
      return switch (this) {
        case NOT_ASKED_FOR, COUNTER_GONE_BACK -> ErrorCode.STAGE_FAILED;
        default -> ErrorCode.STAGE_BROKE_CONTRACT;
      };
    }
  }

  private static final long AT_STATUS = 16 << 10;

  private LyingProcess() {}

  public static void main(String[] arguments) throws IOException {
    var channel = Channel.open(RegionFile.open(Path.of(arguments[0]), MapMode.READ_WRITE));
    var orders = Orders.read(channel.setup());
    var inputs = RegionFile.open(orders.inputs(), MapMode.READ_ONLY);
    new Greeting(FaultFactory.SIGNATURE, 0).write(channel.helloText());
    channel.hello(Channel.Hello.READY);
    Waiter.wake(channel.parentSleeps(), channel.futex(), () -> {});
    Thread.ofPlatform().daemon().start(() -> serve(channel, inputs));
    while (System.in.read() >= 0) {
      continue;
    }
    Runtime.getRuntime().halt(0);
  }

  private static void serve(Channel channel, MemorySegment inputs) {
    for (var run = 0L; ; run++) {
      while (channel.published() <= run) {
        LockSupport.parkNanos(1_000_000);
      }
      channel.begun(run + 1);
      var slot = channel.slot(run);
      var at = slot.inputs().getFirst().offset();
      var lie = Lie.values()[(int) inputs.get(ValueLayout.JAVA_FLOAT, at)];
      tell(lie, slot, channel.outputs().byteSize());
      switch (lie) {
        case NOT_ASKED_FOR -> channel.done(run + 1_000);
        case COUNTER_GONE_BACK -> channel.done(run - 5);
        default -> channel.done(run + 1);
      }
      Waiter.wake(channel.parentSleeps(), channel.futex(), () -> {});
    }
  }

  private static void tell(Lie lie, Slot slot, long bytes) {
    switch (lie) {
      case OUTSIDE -> output(slot, 0, bytes, 8);
      case BEFORE_THE_START -> output(slot, 0, -64, 8);
      case TOO_LARGE -> output(slot, 0, 64, Long.MAX_VALUE - 8);
      case ASKEW -> output(slot, 0, 3, 8);
      case SIZE_OF_ANOTHER_SHAPE -> output(slot, 0, 0, 64);
      case INPUT_THAT_IS_NOT_THERE -> output(slot, -8, 0, 8);
      case UNKNOWN_STATUS -> slot.memory().set(ValueLayout.JAVA_INT, AT_STATUS, 77);
      case NOT_ASKED_FOR, COUNTER_GONE_BACK ->
          slot.fail(ErrorCode.STAGE_FAILED, "a reply to what was not asked");
    }
  }

  private static void output(Slot slot, int lease, long offset, long bytes) {
    slot.complete(List.of(new Placement(lease, Datatype.FP32, Shape.of(2), offset, bytes)));
  }
}
