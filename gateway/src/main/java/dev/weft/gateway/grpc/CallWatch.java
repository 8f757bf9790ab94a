package dev.weft.gateway.grpc;

import dev.weft.gateway.round.Rounds;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks after what the stack does not bound: how much of all messages has come in and waits to be
 * read, how much of all answers waits to be taken, who sends his message too slowly, and who does
 * not take his answer. Threadsafe.
 */
final class CallWatch extends ServerStreamTracer.Factory implements AutoCloseable {

  private static final Context.Key<Call> CALL = Context.key("weft-call");
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final long bytesMax;
  private final long answerBytesMax;
  private final Duration timeout;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong answerBytes = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private final Set<Call> calls = ConcurrentHashMap.newKeySet();
  private final Rounds rounds;

  /**
   * @param bytesMax of messages that have come in, of all calls together
   * @param answerBytesMax of answers that have not been taken, of all calls together
   * @param timeout for a message to come, and for an answer to be taken
   */
  CallWatch(long bytesMax, long answerBytesMax, Duration timeout) {
    this.bytesMax = bytesMax;
    this.answerBytesMax = answerBytesMax;
    this.timeout = timeout;
    this.rounds = Rounds.begin("weft-gateway-grpc-watch", LOOK_EVERY, this::look);
  }

  /** The call that is being served. */
  static Call current() {
    return CALL.get();
  }

  /** Says that the message at hand is on the heap of nobody any more. */
  static void messageRead() {
    current().read();
  }

  /** For how long the caller that is being served waits, if he says so. */
  static Optional<Duration> patience() {
    return Optional.ofNullable(Context.current().getDeadline())
        .map(
            deadline ->
                Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS))));
  }

  /** How many calls there are. */
  int open() {
    return open.get();
  }

  /** Bytes that have come in and wait to be read, and of answers that wait to be taken. */
  long bytes() {
    return bytes.get() + answerBytes.get();
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    var call = new Call();
    calls.add(call);
    return call;
  }

  private void look() {
    var now = System.nanoTime();
    calls.forEach(call -> call.endIfLate(now));
  }

  @Override
  public void close() {
    rounds.close();
  }

  /** A wait for the other side, if it is on; begun anew it goes on from when it was. */
  private final class Wait {
    private boolean isOn;
    private long sinceNanos;

    void begin() {
      if (!isOn) {
        isOn = true;
        sinceNanos = System.nanoTime();
      }
    }

    void end() {
      isOn = false;
    }

    boolean isLate(long now) {
      return isOn && now - sinceNanos > timeout.toNanos();
    }
  }

  /** One call, as its transport and its handler tell of it. */
  final class Call extends ServerStreamTracer {

    private final int before = open.getAndIncrement();
    private final Queue<Long> come = new ArrayDeque<>();
    private long coming;
    private boolean isUnary;
    private boolean isMessageBegun;
    private boolean isOver;
    private long answering;
    private final Wait forMessage = new Wait();
    private final Wait forAnswer = new Wait();
    private Context.@Nullable CancellableContext context;

    private Call() {
      forMessage.begin();
    }

    @Override
    public synchronized Context filterContext(Context around) {
      var own = around.withValue(CALL, this).withCancellation();
      context = own;
      return own;
    }

    @Override
    public synchronized void serverCallStarted(ServerCallInfo<?, ?> info) {
      var type = info.getMethodDescriptor().getType();
      isUnary = type == MethodType.UNARY;
      // Between the messages of a stream there may be any time, within one there may not.
      if (!type.clientSendsOneMessage() && !isMessageBegun) {
        forMessage.end();
      }
    }

    @Override
    public synchronized void inboundMessage(int number) {
      isMessageBegun = true;
      forMessage.begin();
    }

    /** What a stream's transport throws ends the stream with that status. */
    @Override
    public void inboundWireSize(long more) {
      synchronized (this) {
        coming += more;
      }
      if (bytes.addAndGet(more) > bytesMax) {
        throw Status.RESOURCE_EXHAUSTED
            .withDescription(
                "message: no memory free to receive it, of %d bytes (expected: try again later)"
                    .formatted(bytesMax))
            .asRuntimeException();
      }
    }

    @Override
    public synchronized void inboundMessageRead(int number, long wireSize, long size) {
      come.add(coming);
      coming = 0;
      isMessageBegun = false;
      forMessage.end();
    }

    /** Gives back what the oldest message took. */
    private synchronized void read() {
      var oldest = come.poll();
      bytes.addAndGet(oldest == null ? 0 : -oldest);
    }

    @Override
    public synchronized void outboundMessage(int number) {
      if (isUnary) {
        forAnswer.begin();
      }
    }

    /**
     * Takes memory for an answer in place of the one before, which has been taken; false if there
     * is none free. An answer that is alone finds some.
     */
    synchronized boolean answer(long size) {
      if (isOver) {
        return false;
      }
      var all = answerBytes.addAndGet(size - answering);
      if (all > answerBytesMax && all > size) {
        answerBytes.addAndGet(-size);
        answering = 0;
        return false;
      }
      answering = size;
      return true;
    }

    /** How many calls there were when this one came. */
    int before() {
      return before;
    }

    /** Says whether the caller has yet to take what was sent to him. */
    synchronized void isAnswerWaiting(boolean isSo) {
      if (isSo) {
        forAnswer.begin();
      } else {
        forAnswer.end();
      }
    }

    /** An expired context ends its stream, in whatever state it is. */
    private void endIfLate(long now) {
      Context.CancellableContext late;
      synchronized (this) {
        late = forMessage.isLate(now) || forAnswer.isLate(now) ? context : null;
      }
      if (late != null) {
        late.cancel(new TimeoutException("too slow (expected: within %s)".formatted(timeout)));
      }
    }

    @Override
    public void streamClosed(Status status) {
      if (calls.remove(this)) {
        open.decrementAndGet();
      }
      Context.CancellableContext over;
      synchronized (this) {
        var left = coming;
        for (var each : come) {
          left += each;
        }
        come.clear();
        coming = 0;
        bytes.addAndGet(-left);
        answerBytes.addAndGet(-answering);
        answering = 0;
        isOver = true;
        over = context;
      }
      if (over != null) {
        over.cancel(null);
      }
    }
  }
}
