package dev.weft.link.exchange;

import com.google.protobuf.ByteString;
import dev.weft.link.generated.v1.Cancel;
import dev.weft.link.generated.v1.Farewell;
import dev.weft.link.generated.v1.Hello;
import dev.weft.link.generated.v1.Limits;
import dev.weft.link.generated.v1.Part;
import dev.weft.link.generated.v1.Ping;
import dev.weft.link.generated.v1.Pong;
import dev.weft.link.generated.v1.Received;
import dev.weft.link.generated.v1.Refusal;
import dev.weft.link.generated.v1.Returned;
import dev.weft.link.generated.v1.Sent;
import dev.weft.link.generated.v1.Settled;
import dev.weft.link.generated.v1.Welcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What crosses a stream, to messages and back. */
final class ExchangeCodec {

  private static final int VERSION = 1;

  private ExchangeCodec() {}

  /**
   * @param stream of the life, from 1
   * @param awaited sequences of earlier streams whose answers are waited for
   */
  static Sent hello(
      String source, long incarnation, long stream, List<Long> awaited, int answerBytesMax) {
    return Sent.newBuilder()
        .setHello(
            Hello.newBuilder()
                .setVersion(VERSION)
                .setSource(source)
                .setIncarnation(incarnation)
                .setStream(stream)
                .addAllAwaited(awaited)
                .setAnswerBytesMax(answerBytesMax))
        .build();
  }

  static Sent request(Pending pending, int offset, ByteString content, long nowNanos) {
    var part =
        Part.newBuilder().setSequence(pending.sequence).setOffset(offset).setContent(content);
    if (offset == 0) {
      var left = Math.max(1, pending.deadlineNanos() - nowNanos);
      part.setTotal(pending.bytes())
          .setLane(pending.lane())
          .setKind(pending.kind())
          .setTimeLeftMicros(Math.max(1, TimeUnit.NANOSECONDS.toMicros(left)));
    }
    return Sent.newBuilder().setPart(part).build();
  }

  static Sent cancel(long sequence) {
    return Sent.newBuilder().setCancel(Cancel.newBuilder().setSequence(sequence)).build();
  }

  static Sent settled(List<Long> sequences) {
    return Sent.newBuilder().setSettled(Settled.newBuilder().addAllSequences(sequences)).build();
  }

  static Sent ping(long number) {
    return Sent.newBuilder().setPing(Ping.newBuilder().setNumber(number)).build();
  }

  /** The head that a first part has; a lane that is not known here is the least urgent. */
  static Source.Header header(Part part) {
    return new Source.Header(
        part.getSequence(),
        part.getKind(),
        (int) Math.min(Integer.toUnsignedLong(part.getLane()), Request.LANES - 1),
        part.getTotal(),
        TimeUnit.MICROSECONDS.toNanos(part.getTimeLeftMicros()));
  }

  static Returned welcome(
      boolean isKnown, long through, List<Long> lost, ExchangeSettings settings) {
    return Returned.newBuilder()
        .setWelcome(
            Welcome.newBuilder()
                .setVersion(VERSION)
                .setIsKnown(isKnown)
                .setThrough(through)
                .addAllLost(lost)
                .setLimits(limits(settings)))
        .build();
  }

  private static Limits limits(ExchangeSettings settings) {
    var limits = Limits.newBuilder().setPayloadBytesMax(settings.payloadBytesMax());
    for (var lane : settings.lanes()) {
      limits.addLanes(
          dev.weft.link.generated.v1.LaneLimit.newBuilder()
              .setRequests(lane.requests())
              .setBytes(lane.bytes()));
    }
    return limits.build();
  }

  /** One per lane of ours; of lanes that the other side does not know, none. */
  static List<LaneLimit> lanes(Limits limits) {
    var lanes = new ArrayList<LaneLimit>();
    for (var lane = 0; lane < Request.LANES; lane++) {
      if (lane < limits.getLanesCount()) {
        var limit = limits.getLanes(lane);
        lanes.add(new LaneLimit(limit.getRequests(), limit.getBytes()));
      } else {
        lanes.add(new LaneLimit(0, 0));
      }
    }
    return lanes;
  }

  static Returned answer(long sequence, int total, int offset, ByteString content) {
    var part = Part.newBuilder().setSequence(sequence).setOffset(offset).setContent(content);
    if (offset == 0) {
      part.setTotal(total);
    }
    return Returned.newBuilder().setPart(part).build();
  }

  static Returned refusal(long sequence, Answer.Refused refused) {
    return Returned.newBuilder()
        .setRefusal(
            Refusal.newBuilder()
                .setSequence(sequence)
                .setReason(reason(refused.reason()))
                .setMayHaveRun(refused.mayHaveRun())
                .setDetail(refused.detail()))
        .build();
  }

  static Answer.Refused refused(Refusal refusal) {
    return new Answer.Refused(
        reason(refusal.getReason()), refusal.getMayHaveRun(), refusal.getDetail());
  }

  static Returned received(long bytes) {
    return Returned.newBuilder().setReceived(Received.newBuilder().setBytes(bytes)).build();
  }

  static Returned farewell() {
    return Returned.newBuilder().setFarewell(Farewell.getDefaultInstance()).build();
  }

  static Returned pong(long number) {
    return Returned.newBuilder().setPong(Pong.newBuilder().setNumber(number)).build();
  }

  private static Refusal.Reason reason(Reason reason) {
    return switch (reason) {
      case BUSY -> Refusal.Reason.BUSY;
      case TOO_LARGE -> Refusal.Reason.TOO_LARGE;
      case TIMED_OUT -> Refusal.Reason.TIMED_OUT;
      case CANCELLED -> Refusal.Reason.CANCELLED;
      case FORGOTTEN -> Refusal.Reason.FORGOTTEN;
      case UNKNOWN_KIND -> Refusal.Reason.UNKNOWN_KIND;
      case CLOSED -> Refusal.Reason.CLOSED;
      // The last one is what a handler heard that asked others itself.
      case FAILED, UNREACHABLE -> Refusal.Reason.FAILED;
    };
  }

  private static Reason reason(Refusal.Reason reason) {
    return switch (reason) {
      case BUSY -> Reason.BUSY;
      case TOO_LARGE -> Reason.TOO_LARGE;
      case TIMED_OUT -> Reason.TIMED_OUT;
      case CANCELLED -> Reason.CANCELLED;
      case FORGOTTEN -> Reason.FORGOTTEN;
      case UNKNOWN_KIND -> Reason.UNKNOWN_KIND;
      case CLOSED -> Reason.CLOSED;
      case FAILED, REASON_UNSPECIFIED, UNRECOGNIZED -> Reason.FAILED;
    };
  }
}
