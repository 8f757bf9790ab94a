package dev.weft.gateway.access;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Stands before every operation of every protocol and lets in who may do it. What it decides is in
 * {@link Accounts} and {@link Role}; it brings the time, and counts who is turned away. Threadsafe.
 */
public final class Guard {

  private static final Logger LOG = System.getLogger(Guard.class.getName());

  private final Supplier<Optional<Accounts>> accounts;
  private final InstantSource clock;
  private final Refusals refusals = new Refusals();

  /**
   * @param accounts as they are now; without any, nobody is asked who he is
   */
  public Guard(Supplier<Optional<Accounts>> accounts, InstantSource clock) {
    this.accounts = accounts;
    this.clock = clock;
  }

  public Refusals refusals() {
    return refusals;
  }

  /**
   * Lets in who has a right.
   *
   * @param authorization all values of the header, or metadata, of this name
   * @param from the address it came from
   * @throws AccessException if it is not known who calls, or he has not the right
   */
  public Admission admit(Right right, List<String> authorization, String from) {
    var known = accounts.get();
    if (right == Right.OPEN || known.isEmpty()) {
      return new Admission(Caller.anyone(), from);
    }
    switch (known.get().identify(authorization, clock.instant())) {
      case Identity.Known(var caller) -> {
        var admission = new Admission(caller, from);
        admission.require(right);
        return admission;
      }
      case Identity.Unknown(var denial) ->
          throw counted(AccessException.unauthenticated(denial), from);
    }
  }

  private AccessException counted(AccessException refusal, String from) {
    refusals
        .refused(refusal.denial(), from, clock.instant())
        .ifPresent(line -> LOG.log(Level.WARNING, line));
    return refusal;
  }

  /** One caller who was let in. */
  public final class Admission {

    private final Caller caller;
    private final String from;

    private Admission(Caller caller, String from) {
      this.caller = caller;
      this.from = from;
    }

    public Caller caller() {
      return caller;
    }

    /**
     * For whom his request is run: the tenant it names, or his own if it names none.
     *
     * @return empty if neither is there
     * @throws AccessException if it names a tenant that he may not act for
     */
    public Optional<String> tenant(Optional<String> named) {
      try {
        return caller.tenant(named);
      } catch (AccessException e) {
        throw counted(e, from);
      }
    }

    /**
     * @throws AccessException if he has not this right, too
     */
    public void require(Right right) {
      try {
        caller.requireMay(right);
      } catch (AccessException e) {
        throw counted(e, from);
      }
    }
  }
}
