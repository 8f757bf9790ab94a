package dev.weft.fabric.session;

import dev.weft.api.session.v1.MoveCancelled;
import dev.weft.api.session.v1.MovePrepared;
import dev.weft.api.session.v1.OfferDiscarded;
import dev.weft.api.session.v1.OfferHeld;
import dev.weft.api.session.v1.SessionReleased;
import dev.weft.api.session.v1.SessionSnapshot;
import dev.weft.api.session.v1.SessionTakenUp;
import dev.weft.api.session.v1.Whereabouts.Kind;
import dev.weft.persistence.journal.Codebook;
import java.util.Optional;

/** How the events of moves between sites, and where a session is, are stored. */
final class MoveCodec {

  private MoveCodec() {}

  static Codebook.Builder forms(Codebook.Builder book) {
    return book.form(
            SessionEvent.MovePrepared.class,
            "session.move-prepared.v1",
            event ->
                MovePrepared.newBuilder()
                    .setTo(event.to())
                    .setTerm(event.term())
                    .build()
                    .toByteArray(),
            bytes -> {
              var stored = MovePrepared.parseFrom(bytes);
              return new SessionEvent.MovePrepared(stored.getTo(), stored.getTerm());
            })
        .form(
            SessionEvent.MoveCancelled.class,
            "session.move-cancelled.v1",
            event -> MoveCancelled.newBuilder().setTerm(event.term()).build().toByteArray(),
            bytes -> new SessionEvent.MoveCancelled(MoveCancelled.parseFrom(bytes).getTerm()))
        .form(
            SessionEvent.OfferHeld.class,
            "session.offer-held.v1",
            event -> offer(event.offer()).toByteArray(),
            bytes -> new SessionEvent.OfferHeld(offer(OfferHeld.parseFrom(bytes))))
        .form(
            SessionEvent.OfferDiscarded.class,
            "session.offer-discarded.v1",
            event -> OfferDiscarded.newBuilder().setTerm(event.term()).build().toByteArray(),
            bytes -> new SessionEvent.OfferDiscarded(OfferDiscarded.parseFrom(bytes).getTerm()))
        .form(
            SessionEvent.Released.class,
            "session.released.v1",
            event ->
                SessionReleased.newBuilder()
                    .setTo(event.to())
                    .setTerm(event.term())
                    .setHash(SessionCodec.bytes(event.hash()))
                    .build()
                    .toByteArray(),
            bytes -> {
              var stored = SessionReleased.parseFrom(bytes);
              return new SessionEvent.Released(
                  stored.getTo(), stored.getTerm(), SessionCodec.hexadecimal(stored.getHash()));
            })
        .form(
            SessionEvent.TakenUp.class,
            "session.taken-up.v1",
            event -> SessionTakenUp.newBuilder().setTerm(event.term()).build().toByteArray(),
            bytes -> new SessionEvent.TakenUp(SessionTakenUp.parseFrom(bytes).getTerm()));
  }

  static OfferHeld offer(SessionOffer offer) {
    return OfferHeld.newBuilder()
        .setFrom(offer.from())
        .setTerm(offer.term())
        .setHash(SessionCodec.bytes(offer.hash()))
        .setOffered(SessionCodec.snapshot(offer.offered()))
        .build();
  }

  static SessionOffer offer(OfferHeld stored) {
    return new SessionOffer(
        stored.getFrom(),
        stored.getTerm(),
        SessionCodec.hexadecimal(stored.getHash()),
        SessionCodec.state(stored.getOffered()));
  }

  /** Empty where a session was opened and has not moved. */
  static Optional<dev.weft.api.session.v1.Whereabouts> whereabouts(Whereabouts whereabouts) {
    return whereabouts.equals(new Whereabouts.Here(0))
        ? Optional.empty()
        : Optional.of(message(whereabouts));
  }

  private static dev.weft.api.session.v1.Whereabouts message(Whereabouts whereabouts) {
    var message = dev.weft.api.session.v1.Whereabouts.newBuilder().setTerm(whereabouts.term());
    switch (whereabouts) {
      case Whereabouts.Here _ -> message.setKind(Kind.HERE);
      case Whereabouts.Leaving(_, var to) -> message.setKind(Kind.LEAVING).setSite(to);
      case Whereabouts.Held(_, var from, var hash, var offered, var before) -> {
        message
            .setKind(Kind.HELD)
            .setSite(from)
            .setHash(SessionCodec.bytes(hash))
            .setOffered(SessionCodec.snapshot(offered));
        before.ifPresent(gone -> message.setBefore(message(gone)));
      }
      case Whereabouts.Gone(_, var to, var hash) ->
          message.setKind(Kind.GONE).setSite(to).setHash(SessionCodec.bytes(hash));
    }
    return message.build();
  }

  static Whereabouts whereabouts(SessionSnapshot stored) {
    return stored.hasWhereabouts() ? whereabouts(stored.getWhereabouts()) : new Whereabouts.Here(0);
  }

  private static Whereabouts whereabouts(dev.weft.api.session.v1.Whereabouts stored) {
    return switch (stored.getKind()) {
      case HERE -> new Whereabouts.Here(stored.getTerm());
      case LEAVING -> new Whereabouts.Leaving(stored.getTerm(), stored.getSite());
      case HELD ->
          new Whereabouts.Held(
              stored.getTerm(),
              stored.getSite(),
              SessionCodec.hexadecimal(stored.getHash()),
              SessionCodec.state(stored.getOffered()),
              stored.hasBefore() ? Optional.of(gone(stored.getBefore())) : Optional.empty());
      case GONE -> gone(stored);
      case UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "kind of whereabouts: %d (expected: one this Weft knows)"
                  .formatted(stored.getKindValue()));
    };
  }

  private static Whereabouts.Gone gone(dev.weft.api.session.v1.Whereabouts stored) {
    return new Whereabouts.Gone(
        stored.getTerm(), stored.getSite(), SessionCodec.hexadecimal(stored.getHash()));
  }
}
