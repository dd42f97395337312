#pragma once

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "app/bucket.hpp"
#include "base/config.hpp"

namespace reprise::app {

/// The flags of `reprise doctor gcs`.
const std::vector<Setting>& doctor_gcs_settings();

/// `reprise doctor gcs`: tries everything that a store in Google Cloud Storage needs, and prints
/// each step with its time and Google's own words, but no secret. What it writes it removes again.
/// 0 when all worked, 1 when not, 78 (with one line on standard error) when a setting is wrong.
int doctor_gcs(const Config& config,
               const std::vector<std::pair<std::string, std::string>>& environment, std::FILE* out);

/// The same for a bucket that settings have named. `origin`: of the app, when browsers are to read
/// the bucket; may be empty.
int doctor_bucket(const BucketPlace& place, const std::string& origin, std::FILE* out);

}  // namespace reprise::app
