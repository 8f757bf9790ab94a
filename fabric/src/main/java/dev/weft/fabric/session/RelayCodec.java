package dev.weft.fabric.session;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.session.v1.SessionAnswer;
import dev.weft.api.session.v1.SessionRequest;
import dev.weft.fabric.problem.Cause;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How requests to sessions go to another cluster and answers come back, as {@code
 * weft/session/v1/requests.proto} has them: without an actor to answer to, as those of another
 * cluster are none of this one's business.
 */
public final class RelayCodec {

  private RelayCodec() {}

  /** A request that came from another cluster. */
  public static final class Relayed {

    private final SessionRequest message;

    private Relayed(SessionRequest message) {
      this.message = message;
    }

    public String session() {
      return message.getSession();
    }

    /** At which site the session is asked. */
    public String site() {
      return message.getSite();
    }

    /** In which epoch the session is to be opened; empty if something else is asked. */
    public OptionalLong epoch() {
      return message.hasOpen()
          ? OptionalLong.of(message.getOpen().getEpoch())
          : OptionalLong.empty();
    }

    /** Whether frames or spent budget are told, which is for who feeds the session. */
    public boolean isOfItsFeeder() {
      return message.hasRecordFrames() || message.hasReserveBudget() || message.hasSettleBudget();
    }

    /** The site to or from which the session is to move; empty if the request names none. */
    public Optional<String> otherSite() {
      return switch (message.getRequestCase()) {
        case PREPARE_MOVE -> Optional.of(message.getPrepareMove().getTo());
        case RELEASE -> Optional.of(message.getRelease().getTo());
        case HOLD_OFFER -> Optional.of(message.getHoldOffer().getFrom());
        default -> Optional.empty();
      };
    }

    SessionRequest message() {
      return message;
    }
  }

  /**
   * What to ask.
   *
   * @param asked answered to by whoever brings the answer back
   */
  public static byte[] request(SessionsActor.For asked) {
    return RequestCodec.message(asked.request())
        .setSession(asked.session())
        .setSite(asked.site())
        .build()
        .toByteArray();
  }

  /**
   * What was asked. An actor that it names as the one to answer to is passed over.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static Relayed read(byte[] request) {
    try {
      var message = SessionRequest.parseFrom(request);
      if (message.getRequestCase() == SessionRequest.RequestCase.REQUEST_NOT_SET) {
        throw new IllegalArgumentException("no request (expected: one this Weft knows)");
      }
      return new Relayed(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("request to a session: " + e.getMessage(), e);
    }
  }

  /** What a session answered, or why it did not. */
  public static byte[] answer(@Nullable SessionState state, @Nullable Throwable problem) {
    var answer = SessionAnswer.newBuilder();
    if (state != null) {
      return answer.setState(SessionCodec.snapshot(state)).build().toByteArray();
    }
    return answer.setRefused(RequestCodec.message(refusal(problem))).build().toByteArray();
  }

  private static SessionException refusal(@Nullable Throwable problem) {
    var cause = problem == null ? null : Cause.of(problem);
    return cause instanceof SessionException refused
        ? refused
        : new SessionException(SessionRefusal.UNANSWERED, String.valueOf(cause));
  }

  /**
   * What was answered.
   *
   * @throws SessionException that was the answer
   * @throws IllegalArgumentException naming what is wrong
   */
  public static SessionState state(byte[] answer) {
    try {
      var message = SessionAnswer.parseFrom(answer);
      return switch (message.getAnswerCase()) {
        case STATE -> SessionCodec.state(message.getState());
        case REFUSED -> throw RequestCodec.refused(message.getRefused());
        case ANSWER_NOT_SET ->
            throw new IllegalArgumentException("answer of a session: none (expected: one)");
      };
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("answer of a session: " + e.getMessage(), e);
    }
  }
}
