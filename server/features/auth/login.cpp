#include "features/auth/login.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "domain/login/return_path.hpp"

namespace reprise::auth {

using login::Fault;

namespace {

std::string_view host_of(std::string_view origin) { return origin.substr(origin.find("://") + 3); }

std::optional<std::string_view> parameter(const Return& came, std::string_view name) {
  const auto found =
      std::ranges::find_if(came.query, [&](const auto& one) { return one.first == name; });
  if (found == came.query.end()) return std::nullopt;
  return std::string_view(found->second);
}

std::unexpected<NoLogin> none(Fault fault, std::string detail = {}, std::string return_path = "/") {
  return std::unexpected(NoLogin{fault, std::move(detail), std::move(return_path)});
}

}  // namespace

Login::Login(const AuthSettings& settings, database::Database& database, Accounts& accounts,
             const oidc::Send& send, const std::function<std::int64_t()>& now)
    : settings_(settings), now_(now), transactions_(database, now), accounts_(accounts) {
  for (const IssuerEntry& one : settings_.issuers) {
    issuers_.push_back(std::make_unique<oidc::Issuer>(one.oidc, send, now));
  }
}

oidc::Issuer* Login::issuer(std::string_view id) const {
  const auto found =
      std::ranges::find_if(issuers_, [&](const auto& one) { return one->settings().id == id; });
  return found == issuers_.end() ? nullptr : found->get();
}

const IssuerEntry& Login::entry(std::string_view issuer_id) const {
  const auto found = std::ranges::find_if(
      settings_.issuers, [&](const IssuerEntry& one) { return one.oidc.id == issuer_id; });
  REPRISE_ASSERT(found != settings_.issuers.end());
  return *found;
}

/// What we want to know of a person, as far as the issuer says that it knows these scopes.
std::string Login::scopes(const IssuerEntry& entry, const oidc::Metadata& metadata) const {
  std::string text = "openid";
  for (const std::string wish : {"profile", "email", "groups"}) {
    const bool of_groups = wish == "groups";
    const bool known = metadata.scopes.empty()
                           ? !of_groups
                           : std::ranges::find(metadata.scopes, wish) != metadata.scopes.end();
    if (known && (!of_groups || !entry.groups_claim.empty())) text += ' ' + wish;
  }
  return text;
}

Task<std::expected<Begun, NoLogin>> Login::begin(oidc::Issuer& issuer, std::string host,
                                                 std::string return_path, Deadline deadline,
                                                 bool ask_again) {
  auto metadata = issuer.is_reachable() ? issuer.known() : nullptr;
  if (!metadata) {
    auto found = co_await issuer.discover(deadline);
    if (!found) co_return none(found.error().fault, found.error().detail, return_path);
    metadata = *std::move(found);
  }
  const auto ours = std::ranges::find(settings_.public_urls, host, host_of);
  const std::string& origin =
      ours == settings_.public_urls.end() ? settings_.public_urls.front() : *ours;
  const std::string& id = issuer.settings().id;
  login::Transaction begun{
      .state = new_secret(),
      .nonce = new_secret(),
      .verifier = new_secret(),
      .issuer_id = id,
      .redirect_uri = origin + "/api/auth/" + id + "/callback",
      .return_path = std::move(return_path),
      .expires_utc_ns = now_() + std::chrono::nanoseconds(login::kTransactionWithin).count()};
  Begun answer{.url = oidc::authorization_url(
                   *metadata, {.client_id = issuer.settings().client_id,
                               .redirect_uri = begun.redirect_uri,
                               .scope = scopes(entry(id), *metadata),
                               .state = begun.state,
                               .nonce = begun.nonce,
                               .code_challenge = login::challenge_s256(begun.verifier),
                               .ask_again = ask_again})};
  answer.cookie = co_await transactions_.begin(std::move(begun), deadline);
  co_return answer;
}

Task<std::expected<Finished, NoLogin>> Login::finish(Return came, Deadline deadline) {
  oidc::Issuer* const from = issuer(came.issuer_id);
  REPRISE_ASSERT(from != nullptr);
  std::optional<login::Transaction> begun;
  if (came.cookie) begun = co_await transactions_.take(*came.cookie, deadline);
  const std::string return_path = begun ? login::return_path(begun->return_path) : "/";
  const auto metadata = from->known();
  const auto fault =
      login::check_callback(begun,
                            {.error = parameter(came, "error"),
                             .state = parameter(came, "state"),
                             .iss = parameter(came, "iss"),
                             .code = parameter(came, "code")},
                            {.issuer_id = came.issuer_id,
                             .issuer = from->settings().issuer,
                             .always_sends_iss = metadata && metadata->always_sends_iss},
                            now_());
  if (fault) {
    co_return none(*fault, std::string(parameter(came, "error").value_or("")), return_path);
  }
  auto claims = co_await from->claims_for({.code = std::string(*parameter(came, "code")),
                                           .redirect_uri = begun->redirect_uri,
                                           .verifier = begun->verifier,
                                           .nonce = begun->nonce,
                                           .deadline = deadline});
  if (!claims) co_return none(claims.error().fault, claims.error().detail, return_path);
  const IssuerEntry* rules = &entry(came.issuer_id);
  auto secret = co_await admit(rules, *std::move(claims), std::move(came), deadline);
  if (!secret) co_return none(secret.error().fault, secret.error().detail, return_path);
  co_return Finished{*std::move(secret), return_path};
}

/// Lets in whom the settings admit.
Task<std::expected<std::string, NoLogin>> Login::admit(const IssuerEntry* entry,
                                                       boost::json::object claims, Return came,
                                                       Deadline deadline) {
  login::Identity who = login::identity_of(claims, entry->groups_claim);
  const auto& admin = settings_.first_admin;
  const bool first_admin =
      admin && admin->issuer_id == entry->oidc.id && login::fits(admin->email, who.email);
  if (!login::admits(entry->allow, who.email, who.groups) &&
      !co_await accounts_.expects(who, first_admin, deadline)) {
    co_return none(Fault::NotAllowed, who.email.empty() ? "no confirmed e-mail address" : "");
  }
  const access::Roles roles = login::roles_of(who.groups, entry->roles);
  auto secret = co_await accounts_.arrive({.who = std::move(who),
                                           .roles = roles,
                                           .first_admin = first_admin,
                                           .user_agent = std::move(came.user_agent),
                                           .address_prefix = std::move(came.address_prefix),
                                           .request_id = std::move(came.request_id),
                                           .replaced_secret = std::move(came.replaced_secret)},
                                          deadline);
  if (!secret) co_return none(secret.error());
  co_return *std::move(secret);
}

Task<void> Login::look_after_issuers() {
  for (const auto& one : issuers_) {
    const bool was_reachable = one->is_reachable();
    const auto found = co_await one->discover();
    if (found.has_value() == was_reachable && (found || one->known())) continue;
    if (found) {
      log::info("issuer.reachable", {{"issuer", one->settings().id}});
    } else {
      log::warn("issuer.unreachable",
                {{"issuer", one->settings().id}, {"what", found.error().detail}});
    }
  }
}

}  // namespace reprise::auth
