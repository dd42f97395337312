#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "domain/access/principal.hpp"
#include "platform/http/http.hpp"
#include "platform/limits/limiter.hpp"

// How often a user may do what costs much: named limits, the same on all nodes together.
namespace reprise::app {

/// What is limited. Chat: answers of the model. Mint: live sessions and their tokens, which cost
/// money at Google. Login: ways to an issuer and back. OpenLink: links that somebody shared.
enum class Costly { Login, Mint, Search, Upload, Download, Export, OpenLink, Chat };

/// The buckets that one request is taken from, the narrowest first. `user` may be empty (a login).
std::vector<limits::Bucket> buckets_of(Costly what, std::string_view user,
                                       std::string_view address);

/// 429 with Retry-After (RFC 6585 4).
http::Response too_many(std::chrono::nanoseconds wait);

/// The same routes, but those that cost much are answered with 429 while a rate is exceeded. The
/// user of an installation without a login is not limited: nobody shares it.
http::Routes with_rates(limits::Limiter& limiter, http::Routes routes);

/// The same route, which is for people who are not known yet. The limiter outlives it.
http::Route with_public_rate(limits::Limiter& limiter, Costly what, http::Route route);
/// The same for one that begins logins.
http::Route with_login_rate(limits::Limiter& limiter, http::Route route);

}  // namespace reprise::app
