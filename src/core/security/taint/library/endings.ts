/** Functions of PHP's frameworks that never come back. */
export const phpEndings: ReadonlySet<string> = new Set([
	'wp_die',
	'wp_send_json',
	'wp_send_json_error',
	'wp_send_json_success',
	'wp_nonce_ays',
	'abort',
	'dd',
	'drupal_exit',
])

const fatal = ['Fatal', 'Fatalf', 'Fatalln']

/** Functions of Go that end the program or the goroutine; a test ends with its own. */
export const goEndings: ReadonlySet<string> = new Set([
	'os.Exit',
	'syscall.Exit',
	'runtime.Goexit',
	...[...fatal, 'Panic', 'Panicf', 'Panicln'].flatMap((it) => [
		`log.${it}`,
		`log.Logger.${it}`,
		`log.Default().${it}`,
		`log.New().${it}`,
		`github.com/sirupsen/logrus.${it}`,
	]),
	...fatal.flatMap((it) => [`github.com/golang/glog.${it}`, `k8s.io/klog.${it}`, `k8s.io/klog/v2.${it}`]),
])

/** Functions of libraries that never come back: what stands behind a call of them is not reached. */
export const endings: ReadonlySet<string> = new Set([
	'sys.exit',
	'os._exit',
	'os.abort',
	'exit',
	'quit',
	'flask.abort',
	'quart.abort',
	'werkzeug.exceptions.abort',
	'flask_restful.abort',
	'flask_restx.abort',
	'bottle.abort',
	'bottle.redirect',
	'argparse.ArgumentParser().error',
	'process.exit',
	'process.abort',
	'next/navigation.redirect',
	'next/navigation.permanentRedirect',
	'next/navigation.notFound',
	'koa.Context.throw',
	'@sveltejs/kit.error',
	'@sveltejs/kit.redirect',
])
