package dev.weft.persistence.journal;

/** The SQL a journal's database speaks. */
public enum Dialect {
  /** H2, embedded or served. */
  H2("slick.jdbc.H2Profile$", "org.h2.Driver"),
  /** PostgreSQL. */
  POSTGRESQL("slick.jdbc.PostgresProfile$", "org.postgresql.Driver");

  private final String slickProfile;
  private final String driver;

  Dialect(String slickProfile, String driver) {
    this.slickProfile = slickProfile;
    this.driver = driver;
  }

  String slickProfile() {
    return slickProfile;
  }

  String driver() {
    return driver;
  }
}
