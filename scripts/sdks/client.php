<?php
// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0
//
// The PHP server SDK as a client of a console, as clients.py:
// php client.php SDK IP3COUNTRY UAP URL KEY ENVIRONMENT < rows

[, $sdk, $ip3country, $uap, $url, $key, $environment] = $argv;

require '/usr/share/php/GuzzleHttp/autoload.php';
spl_autoload_register(function (string $class) use ($sdk, $ip3country, $uap) {
    foreach (['Statsig\\' => "$sdk/src/", 'UAParser\\' => "$uap/src/", 'ip3country\\' => "$ip3country/src/ip3country/"]
            as $prefix => $folder) {
        $path = $folder . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
        if (strncmp($class, $prefix, strlen($prefix)) === 0 && file_exists($path)) {
            require_once $path;
        }
    }
});

// The SDK has no option for its servers, only these constants; its own definitions come second and only warn.
define('Statsig\API_URL', "$url/v1/");
define('Statsig\CDN_URL', "$url/v1/");
error_reporting(E_ALL & ~E_WARNING & ~E_DEPRECATED);

$folder = sys_get_temp_dir() . '/statsig-php-' . getmypid();
$adapter = new Statsig\Adapters\LocalFileDataAdapter($folder);
$network = new Statsig\StatsigNetwork();
$network->setSdkKey($key);
if (Statsig\ConfigSpecs::sync($adapter, $network) === null) {
    fwrite(STDERR, "no document\n");
    exit(1);
}
Statsig\IDList::sync($adapter, $network);

$options = new Statsig\StatsigOptions($adapter);
$options->setEnvironmentTier($environment === '' ? null : $environment);
$statsig = new Statsig\StatsigServer($key, $options);
$answers = [];
foreach (json_decode(file_get_contents('php://stdin'), true) as [$members, $kind, $name]) {
    $user = Statsig\StatsigUser::withUserID($members['userID'] ?? '');
    foreach ($members as $member => $value) {
        $user->{'set' . ucfirst($member)}($value);
    }
    switch ($kind) {
        case 'gate':
            $gate = $statsig->getFeatureGate($user, $name);
            $answers[] = [$gate->getValue(), $gate->getRuleID()];
            break;
        case 'layer':
            $layer = $statsig->getLayer($user, $name);
            // A layer's exposure is logged when a parameter is read. The whole value isn't public.
            $layer->get('color');
            $layer->get('size');
            $answers[] = [(fn () => (object) $this->value)->call($layer), $layer->getRuleID()];
            break;
        default:
            $config = $kind === 'experiment'
                ? $statsig->getExperiment($user, $name) : $statsig->getConfig($user, $name);
            $answers[] = [(object) $config->getValue(), $config->getRuleID()];
    }
}
$statsig->flush();
array_map('unlink', glob("$folder/*"));
rmdir($folder);
echo "\n", json_encode($answers, JSON_PRESERVE_ZERO_FRACTION), "\n";
