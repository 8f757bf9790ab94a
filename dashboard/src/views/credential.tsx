import type { JSX } from "preact";
import { keep } from "../api/client.ts";

/** Asks for a key or token, where the server has accounts; kept for this tab only. */
export function Credential(): JSX.Element {
  const enter = (e: SubmitEvent): void => {
    e.preventDefault();
    const entered = new FormData(e.currentTarget as HTMLFormElement).get("credential");
    if (typeof entered === "string" && entered.trim() !== "") {
      keep(entered);
      location.reload();
    }
  };
  return (
    <form class="card" onSubmit={enter}>
      <h2>Who asks?</h2>
      <p>
        This server has accounts. Enter a key or token that may observe; it is kept until this tab
        is closed.
      </p>
      <label>
        Key or token{" "}
        <input name="credential" type="password" autocomplete="off" required spellcheck={false} />
      </label>{" "}
      <button type="submit">Enter</button>
    </form>
  );
}
