package dev.weft.persistence.journal;

import java.sql.SQLException;
import java.time.Duration;

/**
 * A right that one holder at a time has, among all that reach a journal. It ends by itself some
 * time after it was taken last, by the database's clock, so that a holder that ended keeps nobody
 * out for long. Blocks.
 */
public final class JournalLease {

  /** As both databases tell it. */
  private static final String UNIQUE_VIOLATED = "23505";

  private final Journal journal;
  private final String name;
  private final String owner;
  private final String until;

  /**
   * @param journal stays the caller's
   * @param name of the right
   * @param owner who wants it, distinct among all
   * @param held how long it is held if it is neither taken again nor given back; at least 1 s,
   *     whole seconds count
   * @throws IllegalArgumentException if {@code held} is shorter
   */
  public JournalLease(Journal journal, String name, String owner, Duration held) {
    if (held.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "lease '%s': held for %s (expected: at least 1 s)".formatted(name, held));
    }
    this.journal = journal;
    this.name = name;
    this.owner = owner;
    this.until = "CURRENT_TIMESTAMP + INTERVAL '%d' SECOND".formatted(held.toSeconds());
  }

  /**
   * Takes it, or holds it for as long again.
   *
   * @return false if another holder has it
   * @throws JournalException if the database does not say
   */
  public boolean acquire() {
    return update(
            """
            UPDATE "weft_lease" SET "owner" = ?, "until" = %s
            WHERE "name" = ? AND ("owner" = ? OR "until" < CURRENT_TIMESTAMP)\
            """
                .formatted(until),
            owner,
            name,
            owner)
        || update(
            """
            INSERT INTO "weft_lease" ("name", "owner", "until")
            SELECT CAST(? AS VARCHAR(255)), CAST(? AS VARCHAR(255)), %s
            WHERE NOT EXISTS (SELECT 1 FROM "weft_lease" WHERE "name" = ?)\
            """
                .formatted(until),
            name,
            owner,
            name);
  }

  /** Gives it back; changes nothing if another holder has it. */
  public void release() {
    var _ = update("DELETE FROM \"weft_lease\" WHERE \"name\" = ? AND \"owner\" = ?", name, owner);
  }

  private boolean update(String sql, String... values) {
    try (var connection = journal.connect();
        var statement = connection.prepareStatement(sql)) {
      for (var i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      return statement.executeUpdate() == 1;
    } catch (SQLException e) {
      if (UNIQUE_VIOLATED.equals(e.getSQLState())) {
        return false; // Another one was quicker.
      }
      throw journal.failed(e);
    }
  }
}
