package dev.weft.gateway.log;

/** Where it is set how much a process logs. Threadsafe. */
public interface LogDesk {

  /** As it is now. */
  Verbosity verbosity();

  /** Sets it for as long as the process lives, or until it is set again. */
  void set(Verbosity verbosity);
}
