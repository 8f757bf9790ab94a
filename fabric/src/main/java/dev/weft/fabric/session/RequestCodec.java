package dev.weft.fabric.session;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.pattern.StatusReply;
import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.session.v1.BudgetReserved;
import dev.weft.api.session.v1.BudgetSettled;
import dev.weft.api.session.v1.CancelMoveRequest;
import dev.weft.api.session.v1.ClaimRequest;
import dev.weft.api.session.v1.CloseRequest;
import dev.weft.api.session.v1.DiscardOfferRequest;
import dev.weft.api.session.v1.FramesCheckpointed;
import dev.weft.api.session.v1.ObserveRequest;
import dev.weft.api.session.v1.OpenRequest;
import dev.weft.api.session.v1.PrepareMoveRequest;
import dev.weft.api.session.v1.ReleaseRequest;
import dev.weft.api.session.v1.SessionRefused;
import dev.weft.api.session.v1.SessionRequest;
import dev.weft.api.session.v1.SettleRequest;
import dev.weft.api.session.v1.TakeUpRequest;
import dev.weft.api.session.v1.TellRequest;
import java.io.NotSerializableException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * How requests to sessions, and refusals, go from node to node: {@code
 * weft/session/v1/requests.proto}.
 */
public final class RequestCodec extends SerializerWithStringManifest {

  private static final int IDENTIFIER = 5_743_003;
  private static final String FOR = "session.for.v1";
  private static final String REQUEST = "session.request.v1";
  private static final String STOP = "session.stop.v1";
  private static final String REFUSED = "session.refused.v1";

  private final ActorRefResolver refs;

  /** Called by Akka. */
  public RequestCodec(ExtendedActorSystem system) {
    refs = ActorRefResolver.get(Adapter.toTyped(system));
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object value) {
    return switch (value) {
      case SessionsActor.For _ -> FOR;
      case SessionEntity.Request _ -> REQUEST;
      case SessionEntity.Stop _ -> STOP;
      case SessionException _ -> REFUSED;
      default -> throw unknown(value);
    };
  }

  @Override
  public byte[] toBinary(Object value) {
    return switch (value) {
      case SessionsActor.For(var session, var request, var site) ->
          answered(request).setSession(session).setSite(site).build().toByteArray();
      case SessionEntity.Request request -> answered(request).build().toByteArray();
      case SessionEntity.Stop _ -> new byte[0];
      case SessionException refused -> message(refused).toByteArray();
      default -> throw unknown(value);
    };
  }

  private static IllegalArgumentException unknown(Object value) {
    return new IllegalArgumentException(
        "%s (expected: a request to a session, or a refusal)".formatted(value.getClass()));
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return switch (manifest) {
        case FOR -> {
          var message = SessionRequest.parseFrom(bytes);
          yield new SessionsActor.For(message.getSession(), answered(message), message.getSite());
        }
        case REQUEST -> answered(SessionRequest.parseFrom(bytes));
        case STOP -> SessionEntity.Stop.INSTANCE;
        case REFUSED -> refused(SessionRefused.parseFrom(bytes));
        default ->
            throw new NotSerializableException(
                "manifest '%s' (expected: one this Weft knows)".formatted(manifest));
      };
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new NotSerializableException("%s: %s".formatted(manifest, e.getMessage()));
    }
  }

  private SessionRequest.Builder answered(SessionEntity.Request request) {
    return message(request).setReplyTo(refs.toSerializationFormat(request.replyTo()));
  }

  private SessionEntity.Request answered(SessionRequest message) {
    return request(message, refs.resolveActorRef(message.getReplyTo()));
  }

  /** Without saying where the answer goes. */
  static SessionRequest.Builder message(SessionEntity.Request request) {
    var message = SessionRequest.newBuilder();
    return switch (request) {
      case SessionEntity.Open(var tenant, var epoch, var budget, _) ->
          message.setOpen(
              OpenRequest.newBuilder().setTenant(tenant).setEpoch(epoch).setBudgetMicros(budget));
      case SessionEntity.Observe(var signals, _) -> message.setObserve(observe(signals));
      case SessionEntity.RecordFrames(var epoch, var from, var to, var hash, _) ->
          message.setRecordFrames(
              FramesCheckpointed.newBuilder()
                  .setEpoch(epoch)
                  .setFrom(from)
                  .setTo(to)
                  .setTraceHash(hash(hash)));
      case SessionEntity.ReserveBudget(var block, var amount, _) ->
          message.setReserveBudget(
              BudgetReserved.newBuilder().setBlock(block).setAmountMicros(amount));
      case SessionEntity.SettleBudget(var block, var spent, _) ->
          message.setSettleBudget(BudgetSettled.newBuilder().setBlock(block).setSpentMicros(spent));
      case SessionEntity.Close(var reason, _) ->
          message.setClose(CloseRequest.newBuilder().setReason(reason));
      case SessionEntity.Tell _ -> message.setTell(TellRequest.getDefaultInstance());
      case SessionEntity.Claim _ -> message.setClaim(ClaimRequest.getDefaultInstance());
      case SessionEntity.Settle _ -> message.setSettle(SettleRequest.getDefaultInstance());
      case SessionEntity.PrepareMove(var to, _) ->
          message.setPrepareMove(PrepareMoveRequest.newBuilder().setTo(to));
      case SessionEntity.CancelMove(var term, _) ->
          message.setCancelMove(CancelMoveRequest.newBuilder().setTerm(term));
      case SessionEntity.HoldOffer(var offer, _) -> message.setHoldOffer(MoveCodec.offer(offer));
      case SessionEntity.Release(var to, var hash, _) ->
          message.setRelease(ReleaseRequest.newBuilder().setTo(to).setHash(hash(hash)));
      case SessionEntity.TakeUp(var term, var hash, _) ->
          message.setTakeUp(TakeUpRequest.newBuilder().setTerm(term).setHash(hash(hash)));
      case SessionEntity.DiscardOffer(var term, _) ->
          message.setDiscardOffer(DiscardOfferRequest.newBuilder().setTerm(term));
    };
  }

  /** What is no hash goes as none, and is refused as such where it comes. */
  private static ByteString hash(String hexadecimal) {
    return Checkpoint.isHash(hexadecimal) ? SessionCodec.bytes(hexadecimal) : ByteString.EMPTY;
  }

  private static ObserveRequest observe(Map<String, SignalValue> signals) {
    var message = ObserveRequest.newBuilder();
    new TreeMap<>(signals)
        .forEach(
            (name, value) ->
                message.addSignals(SessionCodec.signal(new Signal(name, value, Instant.EPOCH))));
    return message.build();
  }

  /**
   * @param replyTo where the answer goes, whatever the message says
   * @throws IllegalArgumentException naming what in it cannot be
   */
  static SessionEntity.Request request(
      SessionRequest message, ActorRef<StatusReply<SessionState>> replyTo) {
    return switch (message.getRequestCase()) {
      case OPEN -> {
        var open = message.getOpen();
        yield new SessionEntity.Open(
            open.getTenant(), open.getEpoch(), open.getBudgetMicros(), replyTo);
      }
      case OBSERVE -> {
        var signals = new TreeMap<String, SignalValue>();
        message
            .getObserve()
            .getSignalsList()
            .forEach(each -> signals.put(each.getName(), SessionCodec.signal(each).value()));
        yield new SessionEntity.Observe(signals, replyTo);
      }
      case RECORD_FRAMES -> {
        var frames = message.getRecordFrames();
        yield new SessionEntity.RecordFrames(
            frames.getEpoch(),
            frames.getFrom(),
            frames.getTo(),
            SessionCodec.hexadecimal(frames.getTraceHash()),
            replyTo);
      }
      case RESERVE_BUDGET -> {
        var block = message.getReserveBudget();
        yield new SessionEntity.ReserveBudget(block.getBlock(), block.getAmountMicros(), replyTo);
      }
      case SETTLE_BUDGET -> {
        var block = message.getSettleBudget();
        yield new SessionEntity.SettleBudget(block.getBlock(), block.getSpentMicros(), replyTo);
      }
      case CLOSE -> new SessionEntity.Close(message.getClose().getReason(), replyTo);
      case TELL -> new SessionEntity.Tell(replyTo);
      case CLAIM -> new SessionEntity.Claim(replyTo);
      case SETTLE -> new SessionEntity.Settle(replyTo);
      case PREPARE_MOVE, CANCEL_MOVE, HOLD_OFFER, RELEASE, TAKE_UP, DISCARD_OFFER ->
          move(message, replyTo);
      case REQUEST_NOT_SET ->
          throw new IllegalArgumentException("no request (expected: one this Weft knows)");
    };
  }

  private static SessionEntity.Request move(
      SessionRequest message, ActorRef<StatusReply<SessionState>> replyTo) {
    return switch (message.getRequestCase()) {
      case PREPARE_MOVE -> new SessionEntity.PrepareMove(message.getPrepareMove().getTo(), replyTo);
      case CANCEL_MOVE -> new SessionEntity.CancelMove(message.getCancelMove().getTerm(), replyTo);
      case HOLD_OFFER ->
          new SessionEntity.HoldOffer(MoveCodec.offer(message.getHoldOffer()), replyTo);
      case RELEASE -> {
        var release = message.getRelease();
        yield new SessionEntity.Release(
            release.getTo(), SessionCodec.hexadecimal(release.getHash()), replyTo);
      }
      case TAKE_UP -> {
        var takeUp = message.getTakeUp();
        yield new SessionEntity.TakeUp(
            takeUp.getTerm(), SessionCodec.hexadecimal(takeUp.getHash()), replyTo);
      }
      case DISCARD_OFFER ->
          new SessionEntity.DiscardOffer(message.getDiscardOffer().getTerm(), replyTo);
      default ->
          throw new IllegalArgumentException(
              "%s (expected: a part of a move)".formatted(message.getRequestCase()));
    };
  }

  static SessionRefused message(SessionException refused) {
    return SessionRefused.newBuilder()
        .setRefusal(refused.refusal().name())
        .setMessage(String.valueOf(refused.getMessage()))
        .setSite(refused.site())
        .build();
  }

  static SessionException refused(SessionRefused message) {
    var refusal = SessionRefusal.UNANSWERED;
    for (var known : SessionRefusal.values()) {
      refusal = known.name().equals(message.getRefusal()) ? known : refusal;
    }
    return new SessionException(refusal, message.getMessage(), message.getSite());
  }
}
