#pragma once

#include <boost/json/object.hpp>

#include "features/studies/participation.hpp"
#include "features/studies/studies.hpp"

namespace reprise::studies {

/// As in api/openapi.yaml.
boost::json::object to_api(const Study& study);
boost::json::object to_api(const Participant& participant);
boost::json::object to_api(const Participation& participation);

}  // namespace reprise::studies
