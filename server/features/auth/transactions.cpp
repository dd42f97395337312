#include "features/auth/transactions.hpp"

#include "base/secret.hpp"

namespace reprise::auth {

using database::Transaction;

Task<std::string> Transactions::begin(login::Transaction begun, Deadline deadline) {
  const std::string cookie = new_secret();
  co_await database_.write(deadline, [&](Transaction& transaction) {
    transaction.run(
        "insert into login_transaction (cookie_sha256_hex, issuer_id, state, nonce, verifier, "
        "redirect_uri, return_path, expires_utc_ns) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        {secret_hash(cookie), begun.issuer_id, begun.state, begun.nonce, begun.verifier,
         begun.redirect_uri, begun.return_path, begun.expires_utc_ns});
  });
  co_return cookie;
}

Task<std::optional<login::Transaction>> Transactions::take(std::string cookie, Deadline deadline) {
  co_return co_await database_.write(
      deadline, [&](Transaction& transaction) -> std::optional<login::Transaction> {
        const auto row = transaction.first(
            "delete from login_transaction where cookie_sha256_hex = $1 returning issuer_id, "
            "state, nonce, verifier, redirect_uri, return_path, expires_utc_ns",
            {secret_hash(cookie)});
        if (!row) return std::nullopt;
        return login::Transaction{.state = row->text(1),
                                  .nonce = row->text(2),
                                  .verifier = row->text(3),
                                  .issuer_id = row->text(0),
                                  .redirect_uri = row->text(4),
                                  .return_path = row->text(5),
                                  .expires_utc_ns = row->integer(6)};
      });
}

Task<void> Transactions::sweep() {
  co_await database_.write(database::usual_deadline(), [&](Transaction& transaction) {
    transaction.run("delete from login_transaction where expires_utc_ns <= $1", {now_()});
  });
}

}  // namespace reprise::auth
