package dev.weft.link.exchange;

import com.google.protobuf.ByteString;
import dev.weft.link.generated.v1.Hello;
import dev.weft.link.generated.v1.Part;
import dev.weft.link.generated.v1.Returned;
import dev.weft.link.generated.v1.Sent;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One stream of a sender, at its receiver: a {@link Source} is what remains of it. Words come one
 * at a time; what goes out is guarded by the source's monitor.
 */
final class Visit implements StreamObserver<Sent> {

  private static final Logger LOG = System.getLogger(Visit.class.getName());

  /** Of the largest answers, that wait for a sender who does not read, before he gets no more. */
  private static final long ANSWERS_MAX = 4;

  /** Of what a sender calls itself, as it is remembered. */
  private static final int NAME_CHARACTERS_MAX = 256;

  private final String caller;
  private final Sources sources;
  private final Desk desk;
  private final ExchangeSettings settings;
  private final Later pumping;
  private final ServerCallStreamObserver<Returned> out;
  private final Outgoing<Reply> outgoing;
  private final Map<Long, Reply> replies = new HashMap<>();
  private Optional<Source> source = Optional.empty();
  private boolean isLeaving;
  private boolean isOver;
  private long receivedBytes;
  private long toldNanos;
  private int heard;
  private int answerBytesMax;

  /**
   * @param caller the name in the certificate; empty if there is none
   */
  Visit(
      Optional<String> caller,
      Sources sources,
      Desk desk,
      ExchangeSettings settings,
      LinkThreads threads,
      ServerCallStreamObserver<Returned> out) {
    this.caller = caller.orElse("");
    this.sources = sources;
    this.desk = desk;
    this.settings = settings;
    this.pumping = new Later(threads, this::ready);
    this.out = out;
    this.outgoing = new Outgoing<>(settings.partBytes(), settings.bytesPerSecond());
    out.disableAutoRequest();
    out.setOnReadyHandler(this::ready);
    out.setOnCancelHandler(this::left);
    out.setOnCloseHandler(this::left);
  }

  /** What a word led to that is done when no lock is held. */
  private record Work(long sequence, Asked asked) {}

  @Override
  public void onNext(Sent sent) {
    askForMore();
    try {
      if (sent.hasHello()) {
        enter(sent.getHello());
        return;
      }
      var from = source.orElseThrow(() -> new IllegalArgumentException("no hello (expected: one)"));
      Optional<Work> work;
      synchronized (from) {
        work = isOver ? Optional.empty() : take(from, sent, System.nanoTime());
      }
      work.ifPresent(each -> desk.handle(from, each.sequence(), each.asked()));
    } catch (IllegalArgumentException e) {
      refuse(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
    }
  }

  private void refuse(Status status) {
    if (source.isEmpty()) {
      end(status);
      return;
    }
    synchronized (source.get()) {
      end(status);
    }
  }

  /** Many at once: asking for each costs a way through gRPC's own threads. */
  private void askForMore() {
    heard++;
    if (heard == Uplink.WORDS_AHEAD / 2) {
      heard = 0;
      out.request(Uplink.WORDS_AHEAD / 2);
    }
  }

  private void enter(Hello hello) {
    var name = hello.getSource();
    if (source.isPresent()
        || name.isEmpty()
        || name.length() > NAME_CHARACTERS_MAX
        || hello.getVersion() < 1) {
      throw new IllegalArgumentException(
          "hello of '%.40s', version %d (expected: one, by 1 to %d characters, version 1 or above)"
              .formatted(name, hello.getVersion(), NAME_CHARACTERS_MAX));
    }
    var life = new Sources.Life(caller, name, hello.getIncarnation());
    var found = sources.find(life, System.nanoTime());
    if (found.isEmpty()) {
      end(Status.UNAVAILABLE.withDescription("as many senders as are taken (expected: fewer)"));
      return;
    }
    source = found;
    enter(hello, found.get());
  }

  private void enter(Hello hello, Source to) {
    synchronized (to) {
      if (!to.isNewer(hello.getStream())) {
        end(Status.ABORTED.withDescription("a newer stream of the sender is there"));
        return;
      }
      to.enter(this, hello.getStream()).ifPresent(Visit::supersede);
      answerBytesMax = hello.getAnswerBytesMax();
      toldNanos = System.nanoTime();
      var isKnown = to.isKnown();
      var resumed = to.resume(hello.getAwaitedList());
      send(ExchangeCodec.welcome(isKnown, to.through(), resumed.lost(), settings));
      resumed.answers().forEach((sequence, answer) -> reply(sequence, 0, answer));
      for (var sequence : resumed.forgotten()) {
        var forgotten =
            Answer.Refused.perhapsAfter(Reason.FORGOTTEN, "its outcome is not remembered");
        send(ExchangeCodec.refusal(sequence, forgotten));
      }
      if (sources.isEnding()) {
        bidFarewell();
      }
    }
  }

  /** Begins nothing more; the sender is told, and goes when all is answered. */
  void bidFarewell() {
    isLeaving = true;
    send(ExchangeCodec.farewell());
  }

  boolean isLeaving() {
    return isLeaving;
  }

  /** Whether so much waits to be sent that nothing more should be begun. */
  boolean isFull() {
    return outgoing.bytes() > ANSWERS_MAX * settings.payloadBytesMax();
  }

  /** Another stream has taken its place. */
  private void supersede() {
    end(Status.ABORTED.withDescription("a newer stream of the sender is there"));
  }

  private Optional<Work> take(Source from, Sent sent, long now) {
    switch (sent.getSaidCase()) {
      case PART -> {
        return part(from, sent.getPart(), now);
      }
      case CANCEL -> cancel(from, sent.getCancel().getSequence(), now);
      case SETTLED -> from.settle(sent.getSettled().getSequencesList());
      case PING -> send(ExchangeCodec.pong(sent.getPing().getNumber()));
      // A hello was met before; what a newer sender says beside is passed over.
      case HELLO, SAID_NOT_SET -> {}
    }
    return Optional.empty();
  }

  private Optional<Work> part(Source from, Part part, long now) {
    ByteString content = part.getContent();
    receivedBytes += content.size();
    var step =
        part.getOffset() == 0
            ? from.begin(ExchangeCodec.header(part), content, now)
            : from.part(part.getSequence(), part.getOffset(), content, now);
    switch (step) {
      case Source.Step.Run(var asked) -> {
        return Optional.of(new Work(part.getSequence(), asked));
      }
      case Source.Step.Refuse(var refused) ->
          send(ExchangeCodec.refusal(part.getSequence(), refused));
      case Source.Step.Nothing() -> tellReceived(now);
    }
    return Optional.empty();
  }

  /** The sender shall see now and again that a large one gets on, however slowly. */
  private void tellReceived(long now) {
    if (now - toldNanos >= settings.heartbeat().toNanos() / 4) {
      toldNanos = now;
      send(ExchangeCodec.received(receivedBytes));
    }
  }

  private void cancel(Source from, long sequence, long now) {
    var reply = replies.remove(sequence);
    if (reply != null) {
      outgoing.remove(reply);
      send(
          ExchangeCodec.refusal(
              sequence, Answer.Refused.perhapsAfter(Reason.CANCELLED, "it was answered")));
      return;
    }
    from.cancel(sequence, now).ifPresent(refused -> send(ExchangeCodec.refusal(sequence, refused)));
  }

  /** Tells how a request ended. Under the source's monitor. */
  void reply(long sequence, int lane, Answer answer) {
    switch (answer) {
      case Answer.Done(var payload) when payload.length <= answerBytesMax -> {
        var reply = new Reply(sequence, lane, payload);
        replies.put(sequence, reply);
        outgoing.add(reply);
        pump();
      }
      case Answer.Done(var payload) ->
          send(
              ExchangeCodec.refusal(
                  sequence,
                  Answer.Refused.perhapsAfter(
                      Reason.TOO_LARGE,
                      "answer: %d bytes (expected: <= %d)"
                          .formatted(payload.length, answerBytesMax))));
      case Answer.Refused refused -> send(ExchangeCodec.refusal(sequence, refused));
    }
  }

  private void ready() {
    source.ifPresent(
        of -> {
          synchronized (of) {
            pump();
          }
        });
  }

  private void pump() {
    while (!isOver && out.isReady()) {
      switch (outgoing.next(System.nanoTime())) {
        case Outgoing.Next.Part(var reply, var offset, var content) -> {
          if (reply.isSent()) {
            replies.remove(reply.sequence());
          }
          send(ExchangeCodec.answer(reply.sequence(), reply.bytes(), offset, content));
        }
        case Outgoing.Next.Wait(var nanos) -> {
          pumping.after(nanos);
          return;
        }
        case Outgoing.Next.Nothing() -> {
          return;
        }
      }
    }
  }

  private void send(Returned returned) {
    if (isOver) {
      return;
    }
    try {
      out.onNext(returned);
    } catch (StatusRuntimeException | IllegalStateException e) {
      // Its end is about to be told.
      LOG.log(Level.DEBUG, "a word that nobody hears", e);
    }
  }

  private void end(Status status) {
    if (isOver) {
      return;
    }
    isOver = true;
    try {
      out.onError(status.asRuntimeException());
    } catch (StatusRuntimeException | IllegalStateException e) {
      LOG.log(Level.DEBUG, "an end that nobody hears", e);
    }
  }

  /** The sender has gone, or a newer stream of his is there. */
  private void left() {
    if (source.isEmpty()) {
      isOver = true;
      return;
    }
    synchronized (source.get()) {
      isOver = true;
      source.get().leave(this, System.nanoTime());
    }
  }

  @Override
  public void onError(Throwable failure) {
    left();
  }

  @Override
  public void onCompleted() {
    left();
    try {
      out.onCompleted();
    } catch (StatusRuntimeException | IllegalStateException e) {
      LOG.log(Level.DEBUG, "an end that nobody hears", e);
    }
  }
}
