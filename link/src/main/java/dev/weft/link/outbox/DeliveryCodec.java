package dev.weft.link.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.weft.link.generated.v1.DeliverReply;
import dev.weft.link.generated.v1.DeliverRequest;
import dev.weft.link.generated.v1.Refused;
import dev.weft.persistence.outbox.Delivery;

/** What crosses the link, to messages and back. */
final class DeliveryCodec {

  private DeliveryCodec() {}

  /** The bytes must not be written again. */
  static DeliverRequest request(byte[] envelope) {
    return DeliverRequest.newBuilder()
        .setEnvelope(UnsafeByteOperations.unsafeWrap(envelope))
        .build();
  }

  static byte[] envelope(DeliverRequest request) {
    ByteString bytes = request.getEnvelope();
    return bytes.toByteArray();
  }

  static DeliverReply reply(Delivery delivery) {
    var reply = DeliverReply.newBuilder();
    switch (delivery) {
      case Delivery.Acknowledged(var through) -> reply.setAcknowledged(through);
      case Delivery.Behind(var through) -> reply.setBehind(through);
      case Delivery.Refused(var reason, var detail) ->
          reply.setRefused(Refused.newBuilder().setReason(reason(reason)).setDetail(detail));
      // An inbox always answers.
      case Delivery.Unanswered(var detail) ->
          reply.setRefused(Refused.newBuilder().setReason(Refused.Reason.FAILED).setDetail(detail));
    }
    return reply.build();
  }

  static Delivery delivery(DeliverReply reply) {
    return switch (reply.getEndedCase()) {
      case ACKNOWLEDGED -> new Delivery.Acknowledged(reply.getAcknowledged());
      case BEHIND -> new Delivery.Behind(reply.getBehind());
      case REFUSED ->
          new Delivery.Refused(
              reason(reply.getRefused().getReason()), reply.getRefused().getDetail());
      case ENDED_NOT_SET -> new Delivery.Unanswered("an answer of a newer receiver");
    };
  }

  private static Refused.Reason reason(Delivery.Reason reason) {
    return switch (reason) {
      case CORRUPT -> Refused.Reason.CORRUPT;
      case NEWER -> Refused.Reason.NEWER;
      case TOO_LARGE -> Refused.Reason.TOO_LARGE;
      case FULL -> Refused.Reason.FULL;
      case FAILED -> Refused.Reason.FAILED;
    };
  }

  private static Delivery.Reason reason(Refused.Reason reason) {
    return switch (reason) {
      case CORRUPT -> Delivery.Reason.CORRUPT;
      case NEWER -> Delivery.Reason.NEWER;
      case TOO_LARGE -> Delivery.Reason.TOO_LARGE;
      case FULL -> Delivery.Reason.FULL;
      case FAILED, REASON_UNSPECIFIED, UNRECOGNIZED -> Delivery.Reason.FAILED;
    };
  }
}
