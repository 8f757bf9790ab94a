package dev.weft.cluster.fleet;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.cluster.codec.MessageCodec;

/** How operators' questions go to the region's node in charge: {@code weft/fleet/v1/mail.proto}. */
public final class FleetMailCodec extends MessageCodec<FleetActor.Mail> {

  private static final int IDENTIFIER = 5_743_007;
  private static final String MANIFEST = "fleet.mail.v1";

  private final ActorRefResolver refs;

  /** Called by Akka. */
  public FleetMailCodec(ExtendedActorSystem system) {
    super(IDENTIFIER, MANIFEST, FleetActor.Mail.class);
    this.refs = ActorRefResolver.get(Adapter.toTyped(system));
  }

  @Override
  protected byte[] write(FleetActor.Mail mail) {
    var message = dev.weft.api.fleet.v1.Mail.newBuilder();
    switch (mail) {
      case FleetActor.Ask(var question, var replyTo) ->
          message.setQuestion(question).setReplyTo(refs.toSerializationFormat(replyTo));
      case FleetActor.Said(var answer) -> message.setAnswer(answer);
    }
    return message.build().toByteArray();
  }

  @Override
  protected FleetActor.Mail read(byte[] bytes) throws InvalidProtocolBufferException {
    var message = dev.weft.api.fleet.v1.Mail.parseFrom(bytes);
    return switch (message.getWordCase()) {
      case QUESTION ->
          new FleetActor.Ask(message.getQuestion(), refs.resolveActorRef(message.getReplyTo()));
      case ANSWER -> new FleetActor.Said(message.getAnswer());
      case WORD_NOT_SET ->
          throw new IllegalArgumentException("no word (expected: one this Weft knows)");
    };
  }
}
