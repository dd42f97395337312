#include "domain/access/share.hpp"

namespace reprise::access {

Shared given_by(const ShareTerms& terms, Sharing allowed, bool logged_in, std::int64_t now_utc_ns) {
  if (terms.expires_utc_ns && *terms.expires_utc_ns <= now_utc_ns) return Shared::Nothing;
  const bool by_link = terms.kind == ShareKind::Link;
  if (allowed == Sharing::Off || (by_link && allowed != Sharing::Links)) return Shared::Nothing;
  if (!logged_in && (!by_link || terms.needs_login)) return Shared::Nothing;
  return terms.may_download ? Shared::Download : Shared::View;
}

std::optional<std::size_t> best_share(std::span<const ShareTerms> shares, Sharing allowed,
                                      bool logged_in, std::int64_t now_utc_ns) {
  std::optional<std::size_t> best;
  Shared most = Shared::Nothing;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const Shared gives = given_by(shares[i], allowed, logged_in, now_utc_ns);
    if (gives == Shared::Nothing || gives < most) continue;
    const bool same = best && gives == most;
    if (same && shares[i].kind == ShareKind::Link) continue;
    best = i;
    most = gives;
  }
  return best;
}

}  // namespace reprise::access
