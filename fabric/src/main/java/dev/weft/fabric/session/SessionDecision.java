package dev.weft.fabric.session;

import java.util.List;

/** What a session answers to what is asked of it. */
public sealed interface SessionDecision {

  /** Yes; these events make it so. None if it is so already, as when a caller asks again. */
  record Accept(List<SessionEvent> events) implements SessionDecision {

    public Accept {
      events = List.copyOf(events);
    }
  }

  /** No, and why. */
  record Refuse(SessionRefusal refusal, String why) implements SessionDecision {}

  static SessionDecision accept(SessionEvent event) {
    return new Accept(List.of(event));
  }

  static SessionDecision isSoAlready() {
    return new Accept(List.of());
  }

  static SessionDecision refuse(SessionRefusal refusal, String why) {
    return new Refuse(refusal, why);
  }
}
