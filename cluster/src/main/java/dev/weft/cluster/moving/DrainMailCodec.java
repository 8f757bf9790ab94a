package dev.weft.cluster.moving;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.cluster.codec.MessageCodec;

/**
 * How operators' questions go to the node that drains a site: {@code weft/moving/v1/mail.proto}.
 */
public final class DrainMailCodec extends MessageCodec<DrainActor.Mail> {

  private static final int IDENTIFIER = 5_743_021;
  private static final String MANIFEST = "moving.mail.v1";

  private final ActorRefResolver refs;

  /** Called by Akka. */
  public DrainMailCodec(ExtendedActorSystem system) {
    super(IDENTIFIER, MANIFEST, DrainActor.Mail.class);
    this.refs = ActorRefResolver.get(Adapter.toTyped(system));
  }

  @Override
  protected byte[] write(DrainActor.Mail mail) {
    var message = dev.weft.api.moving.v1.Mail.newBuilder();
    switch (mail) {
      case DrainActor.Ask(var question, var replyTo) ->
          message.setQuestion(question).setReplyTo(refs.toSerializationFormat(replyTo));
      case DrainActor.Said(var answer) -> message.setAnswer(answer);
    }
    return message.build().toByteArray();
  }

  @Override
  protected DrainActor.Mail read(byte[] bytes) throws InvalidProtocolBufferException {
    var message = dev.weft.api.moving.v1.Mail.parseFrom(bytes);
    return switch (message.getWordCase()) {
      case QUESTION ->
          new DrainActor.Ask(message.getQuestion(), refs.resolveActorRef(message.getReplyTo()));
      case ANSWER -> new DrainActor.Said(message.getAnswer());
      case WORD_NOT_SET ->
          throw new IllegalArgumentException("no word (expected: one this Weft knows)");
    };
  }
}
