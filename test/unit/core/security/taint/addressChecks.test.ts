// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are code.
import { type Checks, describeChecks } from './describeChecks.ts'

/** Ways in which people make sure which server an address leads to. */
const languages: readonly Checks[] = [
	{
		folder: 'javascript',
		file: 'a.js',
		program: (body) => `const axios = require('axios')
const hosts = ['a.example.com', 'b.example.com']
require('express')().get('/', async (req, res) => {
	const url = req.query.url
	${body}
})
`,
		right: [
			'const u = new URL(url); if (!hosts.includes(u.hostname)) return; await axios.get(u.href)',
			'const u = new URL(url); if (!new Set(hosts).has(u.host)) return; await axios.get(url)',
			'const u = new URL(url); if (hosts.indexOf(u.hostname) === -1) return; await axios.get(url)',
			'const { hostname } = new URL(url); if (!hosts.some((it) => it === hostname)) return; await axios.get(url)',
			"if (!url.startsWith('https://a.example.com/')) return; await axios.get(url)",
			"const u = new URL(url); if (!u.hostname.endsWith('.example.com')) return; await axios.get(url)",
			'await axios.get(`https://a.example.com/items/${url}`)',
			"const { BASE } = require('./config'); await axios.get(`${BASE}/items/${url}`)",
			'res.redirect(`/items?id=${url}`)',
			"res.redirect('/items/' + url)",
			"const u = new URL(url, 'https://site.example'); if (u.origin !== 'https://site.example') return; res.redirect(u.pathname)",
		],
		wrong: [
			'await axios.get(url)',
			"if (!url.startsWith('https://a.example.com')) return; await axios.get(url)",
			"const u = new URL(url); if (!u.hostname.endsWith('example.com')) return; await axios.get(url)",
			'await axios.get(`https://${url}/items`)',
			"if (!url.startsWith('/') || url.startsWith('//')) return; res.redirect(url)",
			"if (!url.startsWith('/') || url.includes('://')) return; res.redirect(url)",
			'res.redirect(`${url}/items`)',
		],
	},
	{
		folder: 'python',
		file: 'a.py',
		program: (body) => `import requests
from urllib.parse import urlparse, quote
from flask import Flask, redirect, request, url_for
app = Flask(__name__)
HOSTS = {'a.example.com', 'b.example.com'}
@app.route('/')
def show():
    url = request.args['url']
${body.replace(/^/gm, '    ')}
`,
		right: [
			'if urlparse(url).hostname not in HOSTS: return ""\nreturn requests.get(url).text',
			'host = urlparse(url).hostname\nif not any(host == it for it in HOSTS): return ""\nreturn requests.get(url).text',
			"host = urlparse(url).hostname or ''\nif not (host == 'example.com' or host.endswith('.example.com')): return ''\nreturn requests.get(url).text",
			"return requests.get('https://a.example.com/items', params={'id': url}).text",
			"return redirect(url_for('show', url=url))",
			"return redirect('/items/' + url)",
			"return redirect(f'/items/{url}')",
			"return redirect('/items/%s' % url)",
			"return redirect('/items/{}'.format(url))",
		],
		wrong: [
			'return requests.get(url).text',
			"if not urlparse(url).hostname.endswith('example.com'): return ''\nreturn requests.get(url).text",
			"return redirect('%s/items' % url)",
			"return redirect('{}/items'.format(url))",
		],
	},
	{
		folder: 'go',
		file: 'a.go',
		program: (body) => `package main
import ("fmt"; "net/http"; "net/url"; "slices"; "strings")
var hosts = []string{"a.example.com"}
func show(w http.ResponseWriter, r *http.Request) {
	target := r.FormValue("url")
	u, _ := url.Parse(target)
	${body}
}
`,
		right: [
			'if !slices.Contains(hosts, u.Host) { return }; http.Get(target)',
			'if u.Host != "a.example.com" { return }; http.Get(u.String())',
			'if !strings.HasSuffix(u.Hostname(), ".example.com") { return }; http.Get(u.String())',
			'http.Get(fmt.Sprintf("https://a.example.com/%s", target))',
			'http.Redirect(w, r, fmt.Sprintf("/items/%s", target), 302)',
			'for _, host := range hosts { if u.Hostname() == host { http.Get(u.String()) } }',
		],
		wrong: [
			'http.Get(target)',
			'if !strings.HasSuffix(u.Hostname(), "example.com") { return }; http.Get(u.String())',
			'http.Get(fmt.Sprintf("https://%s/items", target))',
			'if strings.HasPrefix(target, "//") { return }; http.Redirect(w, r, target, 302)',
		],
	},
	{
		folder: 'java',
		file: 'A.java',
		program: (body) => `import java.net.*;
import java.util.*;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.client.RestTemplate;
@RestController
class A {
  private static final List<String> HOSTS = List.of("a.example.com");
  private final RestTemplate rest = new RestTemplate();
  @GetMapping("/") String show(@RequestParam String url) throws Exception {
    URI uri = URI.create(url);
    ${body}
  }
}
`,
		right: [
			'if (!HOSTS.contains(uri.getHost())) return ""; return rest.getForObject(uri, String.class);',
			'if (HOSTS.stream().noneMatch(it -> it.equals(uri.getHost()))) return ""; return rest.getForObject(uri, String.class);',
			'if (!url.startsWith("https://a.example.com/")) return ""; return rest.getForObject(url, String.class);',
			'if (!uri.getHost().endsWith(".example.com")) return ""; return rest.getForObject(uri, String.class);',
			'return rest.getForObject(String.format("https://a.example.com/%s", url), String.class);',
			'return rest.getForObject("https://a.example.com/%s".formatted(url), String.class);',
			'for (String host : HOSTS) if (host.equals(uri.getHost())) return rest.getForObject(uri, String.class); return "";',
		],
		wrong: [
			'return rest.getForObject(url, String.class);',
			'if (!uri.getHost().endsWith("example.com")) return ""; return rest.getForObject(uri, String.class);',
			'return rest.getForObject(String.format("https://%s/items", url), String.class);',
			'if (HOSTS.stream().noneMatch(it -> url.contains(it))) return ""; return rest.getForObject(url, String.class);',
		],
	},
	{
		folder: 'php',
		file: 'a.php',
		program: (body) => `<?php
const HOSTS = ['a.example.com', 'b.example.com'];
function show() {
    $url = $_GET['url'];
    ${body}
}
`,
		right: [
			'if (!in_array(parse_url($url, PHP_URL_HOST), HOSTS, true)) { exit; } curl_exec(curl_init($url));',
			"$parts = parse_url($url); if (!in_array($parts['host'] ?? '', HOSTS, true)) { exit; } curl_exec(curl_init($url));",
			"if (!str_starts_with($url, 'https://a.example.com/')) { exit; } curl_exec(curl_init($url));",
			"curl_exec(curl_init('https://a.example.com/?id=' . urlencode($url)));",
			"header('Location: /items/' . $url);",
		],
		wrong: ['curl_exec(curl_init($url));', "header('Location: ' . $url);"],
	},
]

describeChecks('checks of an address', languages, [601, 918, 79])
