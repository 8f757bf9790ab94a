package dev.weft.app.torture;

import dev.weft.fabric.session.SessionState;
import dev.weft.persistence.journal.JournalException;
import dev.weft.sim.invariant.SessionModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * Of the journal: each session stands where its acknowledged events lead, or one step further if
 * that was asked and not answered; and the frame it stands at is in the buffer.
 */
final class SessionsKept implements Promise {

  @Override
  public List<String> broken(VictimFolder left, Ledger ledger) {
    var broken = new ArrayList<String>();
    try (var sessions = SessionsGuardian.at(left.journal())) {
      for (var id : SessionsGuardian.SESSIONS) {
        check(id, sessions.state(id), ledger, broken);
      }
    } catch (CompletionException | JournalException e) {
      broken.add("journal: %s (expected: every session to tell its state)".formatted(e));
    }
    return broken;
  }

  private static void check(String id, SessionState state, Ledger ledger, List<String> broken) {
    var found = SessionModel.of(state);
    var account = ledger.account(id);
    if (!account.allows(found)) {
      broken.add(
          "session '%s': %s (expected: %s%s)"
              .formatted(
                  id,
                  found,
                  account.acknowledged(),
                  account.asked().map(step -> ", or that after " + step.words()).orElse("")));
      return;
    }
    ledger.settle(id, found);
    if (!found.hash().isEmpty() && !ledger.has(id, found.hash())) {
      broken.add(
          "session '%s': checkpoint at frame %d with hash %s (expected: that of a frame kept)"
              .formatted(id, found.frame(), found.hash()));
    }
  }
}
