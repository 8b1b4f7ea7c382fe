import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('csharp'))

/** What is found in a project, as `rule file:line`. */
async function foundIn(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
	const analyzed = await analyze(files)
	const found = analyzed.flatMap((it) =>
		it.findings.map((one) => `${one.ruleId} ${one.file}:${one.range.startLine + 1}`),
	)
	return [...new Set(found)].sort()
}

describe('extension methods of other files', () => {
	const page = (using: string) => `${using}
using Microsoft.AspNetCore.Mvc;
namespace Shop.Pages;
public class OfferController : Controller {
  [HttpGet] public IActionResult Show(string title) => Content(title.AsHeading(), "text/html");
}`
	const extension = (body: string, name = 'Shop.Texts') => `namespace ${name};
public static class MarkupExtensions { public static string AsHeading(this string text) => ${body}; }`
	const plain = '"<h1>" + text + "</h1>"'
	const encoded = '"<h1>" + System.Net.WebUtility.HtmlEncode(text) + "</h1>"'

	it('of a namespace that is imported', async () => {
		const files = {
			'Pages/OfferController.cs': page('using Shop.Texts;'),
			'Texts/MarkupExtensions.cs': extension(plain),
		}
		expect(await foundIn(files)).toEqual(['csharp/aspnet-reflected-xss Pages/OfferController.cs:5'])
		expect(await foundIn({ ...files, 'Texts/MarkupExtensions.cs': extension(encoded) })).toEqual([])
	})

	it('of the namespace around, in a file of another name', async () => {
		const files = { 'Pages/OfferController.cs': page(''), 'Pages/Headings.cs': extension(encoded, 'Shop') }
		expect(await foundIn(files)).toEqual([])
	})

	it('not of a class that the receiver is not one of', async () => {
		const other = `namespace Shop.Pages;
public class Title { public string Text { get; set; } }
public class Plain { public string Text { get; set; } }
public static class Titles { public static string AsHeading(this Title title) => "safe"; }`
		const controller = `using Microsoft.AspNetCore.Mvc;
namespace Shop.Pages;
public class OfferController : Controller {
  [HttpGet] public IActionResult Show([FromQuery] Plain plain) => Content(plain.AsHeading(), "text/html");
}`
		const files = { 'Pages/OfferController.cs': controller, 'Pages/Titles.cs': other }
		expect(await foundIn(files)).toEqual(['csharp/aspnet-reflected-xss Pages/OfferController.cs:4'])
		const own = { ...files, 'Pages/OfferController.cs': controller.replace('] Plain plain', '] Title plain') }
		expect(await foundIn(own)).toEqual([])
	})
})

describe('types that stand in files of other names', () => {
	const controller = `using Club.Records;
using Microsoft.AspNetCore.Mvc;
namespace Club.Web;
public class DoorController : Controller {
  private readonly ClubContext club;
  [HttpPost] public void Save([FromBody] Guest guest) { club.Guests.Update(guest); }
}`
	const records = (field: string) => `using Microsoft.EntityFrameworkCore;
namespace Club.Records;
public class Guest { public int Id { get; set; } public string ${field} { get; set; } }
public class ClubContext : DbContext { public DbSet<Guest> Guests => Set<Guest>(); }`

	it('are known where their namespace is imported', async () => {
		const files = { 'Web/DoorController.cs': controller, 'Records/ClubContext.cs': records('Role') }
		expect(await foundIn(files)).toEqual(['csharp/mass-assignment Web/DoorController.cs:6'])
		expect(await foundIn({ ...files, 'Records/ClubContext.cs': records('Table') })).toEqual([])
	})
})

describe('what handlers share', () => {
	const program = (body: string, registered = 'builder.Services.AddSingleton<Wall>();') => `
var builder = WebApplication.CreateBuilder(args);
${registered}
var app = builder.Build();
app.MapPost("/wall", (string line, Wall wall) => wall.Add(${body}));
app.MapGet("/wall", (Wall wall) => Results.Content(wall.All(), "text/html"));
app.Run();`
	const wall = `public class Wall {
  private readonly List<string> lines = new();
  public void Add(string line) { lines.Add(line); }
  public string All() => string.Join("<br>", lines);
}`

	it('one leaves in it, and another finds', async () => {
		expect(await foundIn({ 'Program.cs': program('line'), 'Wall.cs': wall })).toEqual([
			'csharp/aspnet-reflected-xss Program.cs:6',
		])
		expect(await foundIn({ 'Program.cs': program('System.Net.WebUtility.HtmlEncode(line)'), 'Wall.cs': wall })).toEqual(
			[],
		)
		// Each request has one of its own.
		const scoped = program('line', 'builder.Services.AddScoped<Wall>();')
		expect(await foundIn({ 'Program.cs': scoped, 'Wall.cs': wall })).toEqual([])
	})

	const worker = `using System.Threading.Channels;
public record Job(int Id, string Folder);
public class Packer : BackgroundService {
  private readonly ChannelReader<Job> jobs;
  public Packer(ChannelReader<Job> jobs) { this.jobs = jobs; }
  protected override async Task ExecuteAsync(CancellationToken stop) {
    while (await jobs.WaitToReadAsync(stop))
      while (jobs.TryRead(out var job))
        System.Diagnostics.Process.Start("sh", "-c \\"tar cf /srv/out.tar " + job.Folder + "\\"");
  }
}`
	const sender = (folder: string) => `using System.Threading.Channels;
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(Channel.CreateUnbounded<Job>());
builder.Services.AddHostedService<Packer>();
var app = builder.Build();
app.MapPost("/pack", async (string folder, Channel<Job> jobs) => { await jobs.Writer.WriteAsync(new Job(1, ${folder})); });
app.Run();`

	it('a worker takes out of a channel what a handler put into it', async () => {
		expect(await foundIn({ 'Program.cs': sender('folder'), 'Packer.cs': worker })).toEqual([
			'csharp/command-injection Packer.cs:9',
		])
		const fixed = sender('folder == "a" ? "/srv/a" : "/srv/b"')
		expect(await foundIn({ 'Program.cs': fixed, 'Packer.cs': worker })).toEqual([])
	})
})

describe('views of Razor', () => {
	const view = (shown: string) => `@page
@model Site.Pages.GreetModel
@{
    var title = "Hello";
}
<h1>@title</h1>
@if (Model.Lines.Count > 0)
{
    <ul>
        @foreach (var line in Model.Lines) { <li>@${shown}</li> }
    </ul>
}`
	const model = (made: string) => `using System.Collections.Generic;
using Microsoft.AspNetCore.Mvc.RazorPages;
namespace Site.Pages;
public class GreetModel : PageModel {
  public List<string> Lines { get; } = new();
  public void OnGet(string name) { Lines.Add(${made}); }
  public void OnPost() { Lines.Clear(); }
}`

	it('show what a handler left in the model of the page', async () => {
		const files = { 'Pages/Greet.cshtml': view('Html.Raw(line)'), 'Pages/Greet.cshtml.cs': model('name') }
		expect(await foundIn(files)).toEqual(['csharp/aspnet-reflected-xss Pages/Greet.cshtml:10'])
		const encoded = model('System.Net.WebUtility.HtmlEncode(name)')
		expect(await foundIn({ ...files, 'Pages/Greet.cshtml.cs': encoded })).toEqual([])
		// A view escapes by itself.
		expect(await foundIn({ ...files, 'Pages/Greet.cshtml': view('line') })).toEqual([])
	})

	it('show what an action of their controller hands to them', async () => {
		const controller = (made: string, shown = 'View(hit)') => `using Microsoft.AspNetCore.Mvc;
namespace Site.Controllers;
public class Hit { public string Word { get; set; } public int Count { get; set; } }
public class FindController : Controller {
  [HttpGet] public IActionResult List(string word) { var hit = new Hit { Word = ${made}, Count = 1 }; ViewBag.Note = word; return ${shown}; }
  [HttpGet] public IActionResult Other(string word) => View(new Hit { Word = word });
}`
		const at = (code: string) => `@model Site.Controllers.Hit\n<p>@Html.Raw(${code})</p>`
		const files = (code: string, made = 'word') => ({
			'Views/Find/List.cshtml': at(code),
			'Controllers/FindController.cs': controller(made),
		})
		const found = ['csharp/aspnet-reflected-xss Views/Find/List.cshtml:2']
		expect(await foundIn(files('Model.Word'))).toEqual(found)
		expect(await foundIn(files('Model.Count'))).toEqual([])
		expect(await foundIn(files('Model.Word', '"a"'))).toEqual([])
		expect(await foundIn(files('ViewBag.Note'))).toEqual(found)
		const named = {
			'Views/Find/Show.cshtml': at('Model.Word'),
			'Controllers/FindController.cs': controller('word', 'View("Show", hit)'),
		}
		expect(await foundIn(named)).toEqual(['csharp/aspnet-reflected-xss Views/Find/Show.cshtml:2'])
	})

	it('show a bound property, and what they read of the request themselves', async () => {
		const bound = `using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
namespace Site.Pages;
public class GreetModel : PageModel {
  [BindProperty(SupportsGet = true)] public string Name { get; set; }
  public string Fixed { get; } = "a";
}`
		const files = (code: string) => ({
			'Pages/Greet.cshtml': `@model GreetModel\n${code}`,
			'Pages/Greet.cshtml.cs': bound,
		})
		const found = ['csharp/aspnet-reflected-xss Pages/Greet.cshtml:2']
		expect(await foundIn(files('<p title="@Html.Raw(Model.Name)">x</p>'))).toEqual(found)
		expect(await foundIn(files('<p>@Html.Raw(Model.Fixed)</p>'))).toEqual([])
		expect(await foundIn(files('<p>@Html.Raw(Context.Request.Query["q"])</p>'))).toEqual(found)
		expect(await foundIn(files('@* @Html.Raw(Model.Name) *@ mail@Html.Raw(Model.Name)'))).toEqual([])
	})
})

describe('records', () => {
	it('are taken apart into their fields', async () => {
		const code = (shown: string) => `using Microsoft.AspNetCore.Mvc;
public record Line(string Text, int Number);
public class LinesController : Controller {
  [HttpGet] public IActionResult Show(string text) {
    foreach (var (said, number) in new[] { new Line(text, 1), new Line("a", 2) })
      return Content("<p>" + ${shown} + "</p>", "text/html");
    return NotFound();
  }
}`
		expect(await foundIn({ 'A.cs': code('said') })).toEqual(['csharp/aspnet-reflected-xss A.cs:6'])
		expect(await foundIn({ 'A.cs': code('number') })).toEqual([])
	})
})
