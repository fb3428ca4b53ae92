# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
#
# The Ruby server SDK as a client of a console: ruby -I LIB... client.rb URL KEY ENVIRONMENT < rows. As clients.py.

require 'json'
require 'statsig'

MEMBERS = {
  'userID' => :user_id=, 'email' => :email=, 'ip' => :ip=, 'userAgent' => :user_agent=, 'country' => :country=,
  'locale' => :locale=, 'appVersion' => :app_version=, 'custom' => :custom=, 'customIDs' => :custom_ids=,
  'privateAttributes' => :private_attributes=
}.freeze

url, key, environment = ARGV
rows = JSON.parse($stdin.read)
Statsig.initialize(key, StatsigOptions.new(
  environment.to_s.empty? ? nil : { 'tier' => environment },
  download_config_specs_url: "#{url}/v2/download_config_specs", log_event_url: "#{url}/v1/log_event",
  get_id_lists_url: "#{url}/v1/get_id_lists", initialize_retry_limit: 2
), ->(error) { warn error.inspect })
# The ID lists come in the background.
sleep 2

answers = rows.map do |members, kind, name|
  # The SDK refuses a user without any ID.
  user = StatsigUser.new({ 'userID' => members['userID'].to_s })
  members.each { |member, value| user.send(MEMBERS.fetch(member), value) }
  case kind
  when 'gate'
    gate = Statsig.get_gate(user, name, Statsig::GetGateOptions.new)
    [gate.value, gate.rule_id]
  when 'layer'
    layer = Statsig.get_layer(user, name)
    # A layer's exposure is logged when a parameter is read. The whole value isn't public.
    value = layer.instance_variable_get(:@value)
    value.each_key { |parameter| layer.get(parameter, nil) }
    [value, layer.rule_id]
  else
    config = kind == 'experiment' ? Statsig.get_experiment(user, name) : Statsig.get_config(user, name)
    [config.value, config.rule_id]
  end
end
Statsig.shutdown
puts "\n#{JSON.generate(answers)}"
