package dev.weft.gateway.log;

/** A desk that only remembers. */
public final class HeldDesk implements LogDesk {

  private volatile Verbosity verbosity = Verbosity.WARNINGS;

  @Override
  public Verbosity verbosity() {
    return verbosity;
  }

  @Override
  public void set(Verbosity next) {
    verbosity = next;
  }
}
