package dev.weft.cluster.fact;

import dev.weft.api.cluster.v1.Buffer;
import dev.weft.api.cluster.v1.Mirrored;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Facts of edge buffers to messages and back. */
final class BufferCodec {

  private BufferCodec() {}

  static Buffer message(BufferFacts facts) {
    var message =
        Buffer.newBuilder()
            .setKept(facts.isKept())
            .setMirrors(facts.isMirroring())
            .setStandby(facts.standby().orElse(""))
            .setHeard(facts.isHeard())
            .setInStep(facts.isInStep())
            .setLagNumbers(facts.lagNumbers())
            .setLagBytes(facts.lagBytes())
            .setTrouble(facts.trouble().orElse(""));
    facts.lag().map(Duration::toMillis).ifPresent(message::setLagMillis);
    facts.mirrored().forEach(one -> message.addMirrored(message(one)));
    return message.build();
  }

  private static Mirrored message(BufferFacts.Mirrored facts) {
    var message =
        Mirrored.newBuilder()
            .setOwner(facts.owner())
            .setThrough(facts.through())
            .setBytes(facts.bytes())
            .setSending(facts.begun().isPresent())
            .setAcknowledged(facts.acknowledged())
            .setTrouble(facts.trouble().orElse(""));
    facts.begun().map(Instant::toEpochMilli).ifPresent(message::setBegunMillis);
    facts.firstSent().map(Instant::toEpochMilli).ifPresent(message::setFirstSentMillis);
    return message.build();
  }

  static BufferFacts facts(Buffer message) {
    return new BufferFacts(
        message.getKept(),
        message.getMirrors(),
        filled(message.getStandby()),
        message.getHeard(),
        message.getInStep(),
        message.getLagNumbers(),
        message.getLagBytes(),
        message.hasLagMillis()
            ? Optional.of(Duration.ofMillis(message.getLagMillis()))
            : Optional.empty(),
        filled(message.getTrouble()),
        message.getMirroredList().stream().map(BufferCodec::facts).toList());
  }

  private static BufferFacts.Mirrored facts(Mirrored message) {
    return new BufferFacts.Mirrored(
        message.getOwner(),
        message.getThrough(),
        message.getBytes(),
        message.getSending()
            ? Optional.of(Instant.ofEpochMilli(message.getBegunMillis()))
            : Optional.empty(),
        message.hasFirstSentMillis()
            ? Optional.of(Instant.ofEpochMilli(message.getFirstSentMillis()))
            : Optional.empty(),
        message.getAcknowledged(),
        filled(message.getTrouble()));
  }

  private static Optional<String> filled(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
